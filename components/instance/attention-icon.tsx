import { OctagonAlert, TriangleAlert } from "lucide-react";
import type { Attention } from "#domain/attention.ts";

/** How bad it is, by shape and colour; a menu that colours its icons leaves this one. */
export function AttentionIcon({ severity }: Pick<Attention, "severity">) {
  const Icon = severity === "bad" ? OctagonAlert : TriangleAlert;
  return (
    <span className={severity === "bad" ? "[&>svg]:text-bad" : "[&>svg]:text-warn"}>
      <Icon aria-hidden className="size-4 shrink-0" />
    </span>
  );
}
