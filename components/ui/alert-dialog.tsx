"use client";

import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { type ReactNode, type RefObject, useRef } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { backdropClass, popupClass } from "./dialog.tsx";

interface AlertDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  /** What will happen, and what will not. */
  readonly description: ReactNode;
  /** Fields such as a reason, or the numbers of what will be done. */
  readonly children?: ReactNode;
  /** The effect in words: "Remove fleet". */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly danger?: boolean;
  readonly pending?: boolean;
  /** Why it cannot be confirmed yet, as a sentence. */
  readonly disabledReason?: string | null;
  /** A sentence: what went wrong with the last try. */
  readonly problem?: string | null;
  /** Stands between Cancel and the confirming button, e.g. "Roll back instead". */
  readonly alternative?: ReactNode;
  readonly cancelLabel?: string;
  /** What has the focus at first; without it the first field, or else the cancelling button. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** Asks before something that cannot be taken back. Mod+Enter confirms. */
export function AlertDialog(props: AlertDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const blocked = Boolean(props.disabledReason) || props.pending;
  return (
    <Base.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          className={cn(popupClass, "sm:max-w-md")}
          initialFocus={props.initialFocus ?? (props.children ? undefined : cancel)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !blocked) props.onConfirm();
          }}
        >
          <div className="min-h-0 flex-1 space-y-3 overflow-y-auto px-5 py-4">
            <Base.Title className="font-semibold text-lg leading-6">{props.title}</Base.Title>
            <Base.Description className="text-ink-soft text-sm" render={<div />}>
              {props.description}
            </Base.Description>
            {props.children}
            {props.problem ? (
              <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
                {props.problem}
              </p>
            ) : null}
          </div>
          <footer className="flex flex-wrap-reverse justify-end gap-2 border-line border-t px-5 py-3 max-sm:[&>button]:flex-1">
            <Base.Close render={<Button ref={cancel} />}>{props.cancelLabel ?? "Cancel"}</Base.Close>
            {props.alternative}
            <Button
              variant={props.danger ? "danger" : "primary"}
              onClick={props.onConfirm}
              pending={props.pending}
              disabledReason={props.disabledReason}
            >
              {props.confirmLabel}
            </Button>
          </footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
