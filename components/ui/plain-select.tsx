import { ChevronsUpDown } from "lucide-react";
import { cn } from "./cn.ts";
import { controlLook } from "./input-look.ts";

interface PlainSelectProps<Value extends string> {
  readonly "aria-label": string;
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly className?: string;
}

/** One of a few, with the browser's own list: it is there at once, where Select would have to be loaded. */
export function PlainSelect<Value extends string>({ value, onValueChange, options, className, ...rest }: PlainSelectProps<Value>) {
  return (
    <div className="relative">
      <select
        {...rest}
        className={cn(controlLook, "h-8 appearance-none truncate pr-7 pointer-coarse:h-11", className)}
        value={value}
        onChange={(event) => onValueChange(event.target.value as Value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown aria-hidden className="pointer-events-none absolute inset-y-0 right-2 my-auto size-3.5 text-ink-faint" />
    </div>
  );
}
