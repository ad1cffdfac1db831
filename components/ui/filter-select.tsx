"use client";

import { Select } from "./select.tsx";

interface FilterSelectProps {
  /** What is chosen by, for example "Fleet". */
  readonly label: string;
  /** What the choice of nothing is called, for example "All fleets". */
  readonly all: string;
  /** Nothing is chosen: "". */
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly className?: string;
}

/** No value of ours: an empty one would be shown as "nothing chosen yet". */
const everything = "*";

/** Narrows a list to one of several. A value that the list does not offer (any more) stays visible. */
export function FilterSelect({ label, all, value, options, onChange, className }: FilterSelectProps) {
  const unknown = value !== "" && !options.some((option) => option.value === value) ? [{ value, label: value }] : [];
  return (
    <Select
      aria-label={label}
      value={value === "" ? everything : value}
      onValueChange={(next) => onChange(next === everything ? "" : next)}
      options={[{ value: everything, label: all }, ...options, ...unknown]}
      className={className}
    />
  );
}
