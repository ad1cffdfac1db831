"use client";

import { useEffect, useState } from "react";
import { Input } from "./input.tsx";

interface SearchInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** What is narrowed follows the typing at this pace. */
const TYPING_MS = 300;
const lengthMax = 100;

/** Text that narrows a list. The key for it ("/") goes to the first of a page. */
export function SearchInput({ label, placeholder, value, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const [before, setBefore] = useState(value);
  if (before !== value) {
    // It changed from outside: a link, or the button that clears.
    setBefore(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Input
      type="search"
      data-filter
      aria-label={label}
      placeholder={placeholder}
      maxLength={lengthMax}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
