"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useId, useState } from "react";
import { buttonLook } from "#components/ui/button-look.ts";
import { inputLook } from "#components/ui/input-look.ts";

interface AccountFieldProps extends Omit<ComponentProps<"input">, "className" | "id"> {
  readonly label: string;
  readonly name: string;
  readonly error?: string | null;
  readonly hint?: string;
}

/** A line of text as Field and Input show it, of what the browser brings along: these pages are read before anything is loaded. */
export function AccountField({ label, error, hint, type, ...rest }: AccountFieldProps) {
  const id = useId();
  const isPassword = type === "password";
  const [shown, setShown] = useState(false);
  const described = [error ? `${id}-error` : null, hint ? `${id}-hint` : null].filter(Boolean).join(" ");
  const input = (
    <input
      {...rest}
      id={id}
      type={isPassword && shown ? "text" : type}
      autoCapitalize={isPassword ? "none" : undefined}
      spellCheck={isPassword ? false : undefined}
      aria-invalid={error ? true : undefined}
      data-invalid={error ? "" : undefined}
      aria-describedby={described || undefined}
      className={`${inputLook} h-8 pointer-coarse:h-11 ${isPassword ? "pr-10 pointer-coarse:pr-12" : ""}`}
    />
  );
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      {isPassword ? (
        <div className="relative">
          {input}
          <ShowButton shown={shown} onChange={setShown} />
        </div>
      ) : (
        input
      )}
      {error ? (
        <div id={`${id}-error`} className="text-bad text-sm">
          {error}
        </div>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-ink-faint text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function ShowButton({ shown, onChange }: { shown: boolean; onChange: (shown: boolean) => void }) {
  return (
    <button
      type="button"
      className={`${buttonLook({ variant: "ghost", size: "icon" })} absolute inset-y-0 right-0 rounded-l-none`}
      aria-label={shown ? "Hide what is typed" : "Show what is typed"}
      aria-pressed={shown}
      onClick={() => onChange(!shown)}
    >
      {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
    </button>
  );
}

/** Sends the form; while that is under way it keeps the focus and is not pressed twice. */
export function SendButton({ pending, children }: { pending: boolean; children: string }) {
  return (
    <button
      type="submit"
      aria-disabled={pending || undefined}
      data-disabled={pending ? "" : undefined}
      aria-busy={pending || undefined}
      className={`${buttonLook({ variant: "primary" })} w-full ${pending ? "animate-breathe" : ""}`}
    >
      {children}
    </button>
  );
}
