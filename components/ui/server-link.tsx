import type { ComponentProps } from "react";
import { type ButtonLook, buttonLook } from "./button-look.ts";
import { cn } from "./cn.ts";

/** Looks like a button, goes to an address of the server that is no page: a full load, and nothing is fetched before the click. */
export function ServerLink({ variant, size, className, ...rest }: ComponentProps<"a"> & { readonly href: string } & ButtonLook) {
  return <a {...rest} className={cn(buttonLook({ variant, size }), className)} />;
}
