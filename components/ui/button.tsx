"use client";

import { Button as Base } from "@base-ui/react/button";
import { cva, type VariantProps } from "class-variance-authority";
import Link from "next/link";
import { type ComponentProps, useId } from "react";
import { cn } from "./cn.ts";
import { Tooltip } from "./tooltip.tsx";

const button = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors aria-disabled:opacity-55 data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-accent bg-accent text-on-accent not-data-disabled:hover:border-accent-hover not-data-disabled:hover:bg-accent-hover",
        secondary: "border-line bg-surface text-ink not-data-disabled:hover:border-line-strong not-data-disabled:hover:bg-hover",
        ghost: "border-transparent bg-transparent text-ink-soft not-data-disabled:hover:bg-hover not-data-disabled:hover:text-ink",
        danger: "border-bad bg-bad text-on-bad not-data-disabled:hover:opacity-90",
        "danger-outline": "border-line bg-surface text-bad not-data-disabled:hover:border-bad not-data-disabled:hover:bg-bad-soft",
      },
      size: {
        small: "touch-target h-7 px-2 text-xs pointer-coarse:h-9 pointer-coarse:px-3",
        medium: "h-8 px-3 text-sm pointer-coarse:h-11",
        large: "h-11 px-4 text-base",
        icon: "size-8 text-sm pointer-coarse:size-11",
        "icon-small": "touch-target size-7 text-xs pointer-coarse:size-9",
      },
    },
    defaultVariants: { variant: "secondary", size: "medium" },
  },
);

type Look = VariantProps<typeof button>;

export interface ButtonProps extends Omit<ComponentProps<"button">, "className" | "color">, Look {
  readonly className?: string;
  /** A sentence: the button stays visible and focusable, does nothing, and says why. */
  readonly disabledReason?: string | null;
  /** The action is under way: not pressed twice, and said so. */
  readonly pending?: boolean;
}

export function Button({ variant, size, className, disabledReason, pending, disabled, children, ...rest }: ButtonProps) {
  const reasonId = useId();
  const blocked = Boolean(disabledReason);
  const described = [rest["aria-describedby"], blocked ? reasonId : null].filter(Boolean).join(" ") || undefined;
  const element = (
    <Base
      type="button"
      {...rest}
      disabled={disabled || blocked || pending}
      focusableWhenDisabled={blocked || pending}
      aria-describedby={described}
      aria-busy={pending || undefined}
      className={cn(button({ variant, size }), pending && "animate-breathe", className)}
    >
      {children}
    </Base>
  );
  if (!blocked) return element;
  return (
    <>
      <Tooltip content={disabledReason}>{element}</Tooltip>
      <span id={reasonId} hidden>
        {disabledReason}
      </span>
    </>
  );
}

/** Looks like a button, goes to a page. */
export function ButtonLink({ variant, size, className, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link {...rest} className={cn(button({ variant, size }), className)} />;
}

/** The same for an address of the server that is no page: a full load, and nothing is fetched before the click. */
export function ServerLink({ variant, size, className, ...rest }: ComponentProps<"a"> & { readonly href: string } & Look) {
  return <a {...rest} className={cn(button({ variant, size }), className)} />;
}
