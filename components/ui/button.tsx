"use client";

import Link from "next/link";
import { type ComponentProps, type MouseEvent, useId } from "react";
import { type ButtonLook, buttonLook } from "./button-look.ts";
import { cn } from "./cn.ts";
import { Tooltip } from "./tooltip.tsx";

export interface ButtonProps extends Omit<ComponentProps<"button">, "className" | "color">, ButtonLook {
  readonly className?: string;
  /** A sentence: the button stays visible and focusable, does nothing, and says why. */
  readonly disabledReason?: string | null;
  /** The action is under way: not pressed twice, and said so. */
  readonly pending?: boolean;
}

export function Button({ variant, size, className, disabledReason, pending, disabled, onClick, children, ...rest }: ButtonProps) {
  const reasonId = useId();
  const blocked = Boolean(disabledReason);
  const described = [rest["aria-describedby"], blocked ? reasonId : null].filter(Boolean).join(" ") || undefined;
  const refuses = blocked || Boolean(pending);
  const element = (
    <button
      type="button"
      {...rest}
      // What says why, or is under way, keeps the focus.
      disabled={disabled && !refuses}
      aria-disabled={refuses || undefined}
      data-disabled={disabled || refuses ? "" : undefined}
      onClick={refuses ? refuse : onClick}
      aria-describedby={described}
      aria-busy={pending || undefined}
      className={cn(buttonLook({ variant, size }), pending && "animate-breathe", className)}
    >
      {children}
    </button>
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

/** Nothing happens, and no form is sent. */
function refuse(event: MouseEvent): void {
  event.preventDefault();
}

/** Looks like a button, goes to a page. */
export function ButtonLink({ variant, size, className, ...rest }: ComponentProps<typeof Link> & ButtonLook) {
  return <Link {...rest} className={cn(buttonLook({ variant, size }), className)} />;
}
