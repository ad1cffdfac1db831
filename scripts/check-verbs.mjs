import { withoutComments } from "./check-text.mjs";

const taken = /^export (?:async function (\w+)|function (\w+)|const (\w+) = (?:async )?)(?:<[^(]*>)?\(\s*ctx: (?:Session)?Context\b/gm;
const asks = /\b(?:audited|auditedOwn|runVerb|authorize|visible)\(\s*ctx\b/;
const changes = /\.mutation\(/;
const handsOn = /\w\(ctx(?:\.session)?[,)]/;

/**
 * Whoever takes a caller's context answers for what that caller may: each exported function that does asks in its own body,
 * and each change over the wire hands its context to such a function. Told from the text alone.
 */
export function unguardedVerbs(path, source) {
  if (path.endsWith(".test.ts") || path.startsWith("server/auth/audited")) return [];
  const text = withoutComments(source);
  return [...unasked(path, text), ...(path.startsWith("server/trpc/routers/") ? unhanded(path, text) : [])];
}

function unasked(path, text) {
  const heads = [...text.matchAll(taken)];
  return heads
    .filter((head) => !asks.test(bodyFrom(text, head.index)))
    .map(
      (head) =>
        `${path}: ${head[1] ?? head[2] ?? head[3]} takes a caller's context and does not ask what they may: go through audited, runVerb, authorize or visible.`,
    );
}

/** Up to the closing brace at the line's start, where the formatter puts it. */
function bodyFrom(text, start) {
  const end = text.slice(start).search(/^\}/m);
  return end < 0 ? text.slice(start) : text.slice(start, start + end);
}

/** Each entry of a router stands at two spaces, where the formatter puts it. */
function unhanded(path, text) {
  const entries = [...text.matchAll(/^ {2}\w+: [\s\S]*?(?=^ {2}\w+: |^\})/gm)];
  return entries
    .filter(([entry]) => changes.test(entry) && !/: publicProcedure\b/.test(entry) && !handsOn.test(entry))
    .map((entry) => `${path}:${text.slice(0, entry.index).split("\n").length} changes something without a verb: hand the whole ctx to one.`);
}
