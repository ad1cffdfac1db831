"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "./button.tsx";

interface PagerProps {
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

/** Which part of a long list is shown, and the ways to the next. Nothing where all of it is. */
export function Pager({ page, perPage, total, onPage }: PagerProps) {
  if (total <= perPage && page === 1) return null;
  const last = Math.max(1, Math.ceil(total / perPage));
  const first = (page - 1) * perPage + 1;
  return (
    <nav aria-label="Pages" className="flex items-center gap-2">
      <p className="numbers mr-auto text-ink-soft text-sm">
        {first > total
          ? `Nothing on page ${page}`
          : `${first.toLocaleString("en-GB")}–${Math.min(total, page * perPage).toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")}`}
      </p>
      <Button size="small" disabled={page <= 1} onClick={() => onPage(Math.min(page - 1, last))}>
        <ChevronLeft aria-hidden />
        Previous
      </Button>
      <Button size="small" disabled={page >= last} onClick={() => onPage(page + 1)}>
        Next
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
