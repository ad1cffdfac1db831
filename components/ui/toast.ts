export type Tone = "ok" | "bad" | "note";

export interface ToastText {
  readonly tone: Tone;
  readonly title: string;
  readonly description: string | undefined;
}

/** Said before there is a place to show it: shown when there is. */
let waiting: readonly ToastText[] = [];
let show: ((text: ToastText) => void) | null = null;
let isAsked = false;
const listeners = new Set<() => void>();

/** Says that something was done, or why not. Errors stay until they are closed. */
export function toast(tone: Tone, title: string, description?: string): void {
  const text = { tone, title, description };
  if (show) {
    show(text);
    return;
  }
  waiting = [...waiting, text];
  isAsked = true;
  for (const listener of listeners) listener();
}

/** The place that shows them takes what waits and what comes; until the answer is called. */
export function serveToasts(take: (text: ToastText) => void): () => void {
  show = take;
  for (const text of waiting) take(text);
  waiting = [];
  return () => {
    show = null;
  };
}

/** Whether a place to show them is asked for, and when that changes. */
export function isPlaceAsked(): boolean {
  return isAsked;
}

export function subscribePlace(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
