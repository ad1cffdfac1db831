"use client";

import { type FormEvent, useState } from "react";
import { failureOf, messageBeside, problemAt, type ShownFailure } from "#hooks/failure.ts";

type Values<Name extends string> = Readonly<Record<Name, string>>;

interface AccountFormOptions<Name extends string> {
  /** By the name of a field: the sentence that stands beside it, or null. Told before it is sent. */
  readonly rules: Readonly<Record<Name, (value: string) => string | null>>;
  /** Ends in leaving the page. Throws what `failureOf` reads; a sentence is what is wrong with the form as a whole. */
  readonly send: (values: Values<Name>) => Promise<string | null>;
}

/** A form of a few lines of text: what stands in it is read when it is sent. */
export function useAccountForm<Name extends string>({ rules, send }: AccountFormOptions<Name>) {
  const names = Object.keys(rules) as Name[];
  const [errors, setErrors] = useState<Partial<Record<Name, string | null>>>({});
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    if (pending) return;
    const values = Object.fromEntries(names.map((name) => [name, inputOf(form, name)?.value ?? ""])) as Values<Name>;
    const found = Object.fromEntries(names.map((name) => [name, rules[name](values[name])])) as Record<Name, string | null>;
    const wrong = names.find((name) => found[name] !== null);
    setErrors(found);
    setFailure(null);
    setProblem(null);
    if (wrong) return inputOf(form, wrong)?.focus();
    setPending(true);
    try {
      const refusal = await send(values);
      if (refusal === null) return;
      setProblem(refusal);
      inputOf(form, names.at(-1))?.focus();
    } catch (error) {
      const refused = failureOf(error);
      setFailure(refused);
      inputOf(form, names.find((name) => problemAt(refused, name)) ?? names.at(-1))?.focus();
    }
    setPending(false);
  }

  /** A field that was wrong is looked at again while it is written in. */
  function look({ target }: FormEvent<HTMLFormElement>) {
    const { name, value } = target as HTMLInputElement;
    if (errors[name as Name]) setErrors({ ...errors, [name]: rules[name as Name](value) });
  }

  return {
    form: { method: "post", noValidate: true, onSubmit: submit, onInput: look } as const,
    errorOf: (name: Name) => errors[name] ?? problemAt(failure, name),
    problem: problem ?? messageBeside(failure, names),
    pending,
  };
}

function inputOf(form: HTMLFormElement, name: string | undefined): HTMLInputElement | null {
  const found = name === undefined ? null : form.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}
