import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { ScrollArea } from "./scroll-area.tsx";

/** A plain table that scrolls sideways inside its own frame. `caption` is read, not seen. */
export function Table({ caption, children, className }: { caption: string; children: ReactNode; className?: string }) {
  return (
    <ScrollArea label={`${caption}, table`}>
      <table className={cn("w-full border-collapse text-left text-sm", className)}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </ScrollArea>
  );
}

export function Th({ className, number, ...rest }: ComponentProps<"th"> & { number?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={cn(
        "h-8 whitespace-nowrap border-line border-b px-3 font-medium text-ink-faint text-xs first:pl-4 last:pr-4",
        number && "text-right",
        className,
      )}
    />
  );
}

export function Td({ className, number, ...rest }: ComponentProps<"td"> & { number?: boolean }) {
  return (
    <td
      {...rest}
      className={cn("h-9 border-line border-b px-3 py-1.5 align-middle first:pl-4 last:pr-4", number && "whitespace-nowrap text-right", className)}
    />
  );
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr {...rest} className={cn("last:[&>td]:border-b-0", className)} />;
}
