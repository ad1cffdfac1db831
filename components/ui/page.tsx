"use client";

import Link from "next/link";
import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { cn } from "./cn.ts";

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

export interface PageProps {
  /** The document's title and, without `heading`, the text of the h1. */
  readonly title: string;
  readonly heading?: ReactNode;
  /** The pages above this one; it itself is added. */
  readonly breadcrumb?: readonly Crumb[];
  readonly badges?: ReactNode;
  /** A line below the heading. */
  readonly meta?: ReactNode;
  readonly actions?: ReactNode;
  /** The heading stays for screen readers only. */
  readonly hideHeading?: boolean;
  /** As wide as the window allows. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The outermost element of every page below the shell. */
export function Page({ title, heading, breadcrumb = [], badges, meta, actions, hideHeading, wide, children }: PageProps) {
  const h1 = useFocusAfterNavigation();
  return (
    <div className={cn("mx-auto w-full px-4 py-4 sm:px-6 sm:py-5", wide ? "max-w-[120rem]" : "max-w-7xl")}>
      <title>{`${title} · Tideline`}</title>
      <Breadcrumb crumbs={[...breadcrumb, { label: title }]} />
      <header className={cn("mb-4 flex flex-wrap items-start gap-x-4 gap-y-2", hideHeading && "sr-only")}>
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 ref={h1} tabIndex={-1} className="min-w-0 break-words font-semibold text-xl tracking-tight">
              {heading ?? title}
            </h1>
            {badges}
          </div>
          {meta ? <div className="mt-1 text-ink-soft text-sm">{meta}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

const SlotContext = createContext<{ slot: HTMLElement | null; setSlot: (slot: HTMLElement | null) => void }>({ slot: null, setSlot: () => {} });

/** Lets a page put its breadcrumb into the top bar. */
export function BreadcrumbProvider({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  return <SlotContext value={{ slot, setSlot }}>{children}</SlotContext>;
}

/** Where the breadcrumb appears. */
export function BreadcrumbSlot({ className }: { className?: string }) {
  const { setSlot } = use(SlotContext);
  return <div ref={setSlot} className={className} />;
}

function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const { slot } = use(SlotContext);
  if (!slot) return null;
  return createPortal(
    <nav aria-label="Breadcrumb">
      <ol className="flex min-w-0 items-center text-sm">
        {crumbs.map((crumb, position) => (
          <li key={crumb.href ?? crumb.label} className="flex min-w-0 items-center last:flex-1 max-sm:not-last:hidden">
            {position > 0 ? (
              <span aria-hidden className="px-1.5 text-ink-faint max-sm:hidden">
                /
              </span>
            ) : null}
            <CrumbText crumb={crumb} last={position === crumbs.length - 1} />
          </li>
        ))}
      </ol>
    </nav>,
    slot,
  );
}

function CrumbText({ crumb, last }: { crumb: Crumb; last: boolean }) {
  if (last || !crumb.href)
    return (
      <span className="truncate font-medium" aria-current={last ? "page" : undefined}>
        {crumb.label}
      </span>
    );
  return (
    <Link href={crumb.href} className="inline-flex min-h-6 items-center whitespace-nowrap text-ink-soft hover:text-ink hover:underline">
      {crumb.label}
    </Link>
  );
}

let lastPath: string | null = null;

/** After a change of page the heading takes the focus, so that a screen reader says where one is. Not at the first load. */
function useFocusAfterNavigation() {
  const h1 = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const path = window.location.pathname;
    if (lastPath !== null && lastPath !== path) h1.current?.focus({ preventScroll: true });
    lastPath = path;
  }, []);
  return h1;
}
