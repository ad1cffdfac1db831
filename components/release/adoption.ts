import type { MadeContainer } from "#domain/made-container.ts";
import { type AdoptedContainer, parseEngineUrl } from "#domain/settings/docker.ts";
import type { Adoption, ConnectDraft } from "./connect-draft.ts";
import type { EngineDraft } from "./engine-draft.ts";
import type { EnvRow } from "./env-draft.ts";
import { emptyImage, type ImageDraft, settingsDraftOf } from "./image-draft.ts";

/** What of the form is filled in. */
interface Change {
  readonly image?: Partial<ImageDraft>;
  readonly engine?: Partial<EngineDraft>;
  readonly variables?: readonly Variable[];
}

/** `value` is null for one that is not to be set. */
interface Variable extends Pick<EnvRow, "key" | "isSecret"> {
  readonly value: string | null;
}

interface Choice {
  readonly words: string;
  /** The containers that have it so. */
  readonly names: readonly string[];
  readonly change: Change;
}

/** Something in which the containers differ, and a release can have it one way only. */
export interface Difference {
  readonly what: string;
  readonly choices: readonly Choice[];
}

export interface Comparison {
  /** In which they are all the same. */
  readonly change: Change;
  readonly differences: readonly Difference[];
  /** Variables that seem to be secrets: where each is must be said. */
  readonly secrets: readonly string[];
  /** What no release can say, and who has it. */
  readonly notCarried: readonly { readonly note: string; readonly names: readonly string[] }[];
}

/** What containers have in common and in what they differ, in terms of the form. */
export function compareContainers(containers: readonly MadeContainer[], engineUrl: string): Comparison {
  const facets = [
    readPort(containers),
    readNetwork(containers),
    readReach(containers, engineUrl),
    ...readSettings(containers),
    ...readVariables(containers),
  ];
  const same = facets.filter(({ choices }) => choices.length === 1).flatMap(({ choices }) => choices.map(({ change }) => change));
  const image = { image: containers[0]?.image ?? "", port: "" };
  return {
    change: [{ image }, ...same].reduce(join, {}),
    differences: facets.filter(({ choices }) => choices.length > 1),
    secrets: [...new Set(containers.flatMap(({ env }) => env.filter(({ value }) => value === null).map(({ key }) => key)))],
    notCarried: group(containers.flatMap(({ name, notCarried }) => notCarried.map((note) => ({ words: note, name, change: {} })))).map(
      ({ words, names }) => ({ note: words, names }),
    ),
  };
}

/** Fills the form in with what the containers say. The release's name and the way to its registry stay as they were typed. */
export function adoptInto(draft: ConnectDraft, containers: readonly MadeContainer[]): ConnectDraft {
  const { release, fleet, engine } = draft;
  const { name, registryUser, registryPassword } = release.kind === "container" ? release.fields : emptyImage;
  const blank: ConnectDraft = {
    ...draft,
    fleet: { ...fleet, instances: String(containers.length) },
    release: { kind: "container", fields: { ...emptyImage, name, registryUser, registryPassword } },
    adoption: { containers, chosen: {} },
  };
  return apply(blank, compareContainers(containers, engine.url).change);
}

/** The first difference of which nothing was chosen; null: the form is whole. */
export function findUnchosen({ containers, chosen }: Adoption, engineUrl: string): string | null {
  return compareContainers(containers, engineUrl).differences.find(({ what }) => !(what in chosen))?.what ?? null;
}

export function chooseIn(draft: ConnectDraft, { what, choices }: Difference, words: string): ConnectDraft {
  const choice = choices.find((each) => each.words === words);
  if (!draft.adoption || !choice) return draft;
  return apply({ ...draft, adoption: { ...draft.adoption, chosen: { ...draft.adoption.chosen, [what]: words } } }, choice.change);
}

/** Containers whose ports differ go on at their own; where they do not, the form's port counts, which may have been corrected. */
export function toAdopted({ containers }: Adoption, port: number): AdoptedContainer[] {
  const own = containers.map(({ ports }) => (ports.length === 1 ? ports[0] : undefined));
  const differ = new Set(own).size > 1;
  return containers.map(({ id }, index) => ({ instance: `i${index}`, container: id, port: (differ ? own[index] : undefined) ?? port }));
}

function apply(draft: ConnectDraft, { image = {}, engine = {}, variables = [] }: Change): ConnectDraft {
  if (draft.release.kind !== "container") return draft;
  const { fields } = draft.release;
  const env = variables.reduce(setVariable, fields.env);
  return { ...draft, engine: { ...draft.engine, ...engine }, release: { kind: "container", fields: { ...fields, ...image, env } } };
}

function setVariable(rows: readonly EnvRow[], { key, value, isSecret }: Variable): readonly EnvRow[] {
  if (value === null) return rows.filter((row) => row.key !== key);
  if (rows.some((row) => row.key === key)) return rows.map((row) => (row.key === key ? { ...row, value, isSecret } : row));
  return [...rows, { row: Math.max(-1, ...rows.map(({ row }) => row)) + 1, key, value, isSecret }];
}

function join(some: Change, more: Change): Change {
  return {
    image: { ...some.image, ...more.image },
    engine: { ...some.engine, ...more.engine },
    variables: [...(some.variables ?? []), ...(more.variables ?? [])],
  };
}

/** Equal words are one choice. */
function group(said: readonly { readonly words: string; readonly name: string; readonly change: Change }[]): Choice[] {
  const choices = new Map<string, Choice>();
  for (const { words, name, change } of said) choices.set(words, { words, change, names: [...(choices.get(words)?.names ?? []), name] });
  return [...choices.values()];
}

function readPort(containers: readonly MadeContainer[]): Difference {
  const said = containers.flatMap(({ name, ports }) =>
    ports.map((port) => ({ words: String(port), name, change: { image: { port: String(port) } } })),
  );
  return { what: "Port", choices: group(said) };
}

/** One that all of them are in, where there is one: at their addresses they are reached in one network. */
function readNetwork(containers: readonly MadeContainer[]): Difference {
  const said = containers.flatMap(({ name, networks }) =>
    networks.map((network) => ({ words: network ?? "the default one", name, change: { engine: { network: network ?? "" } } })),
  );
  const choices = group(said);
  const shared = choices.filter(({ names }) => names.length === containers.length);
  return { what: "Network", choices: shared.length > 0 ? shared : choices };
}

const everywhere = ["0.0.0.0", "::"];

/** At published ports where each of them publishes its own, else at their addresses. */
function readReach(containers: readonly MadeContainer[], engineUrl: string): Difference {
  const what = "Published at";
  const binds = containers.map(({ ports, published }) => (published.find(({ port }) => ports.includes(port)) ?? published[0])?.bind);
  const engine = parseEngineUrl(engineUrl);
  const machine = engine === null || engine.type === "unix" ? "127.0.0.1" : engine.host;
  const said = containers.flatMap(({ name }, index) => {
    const bind = binds[index];
    const host = bind !== undefined && everywhere.includes(bind) ? machine : "";
    return bind === undefined ? [] : [{ words: bind, name, change: { engine: { reach: "published" as const, bind, host } } }];
  });
  if (said.length === containers.length) return { what, choices: group(said) };
  return { what, choices: [{ words: "address", names: [], change: { engine: { reach: "address" } } }] };
}

type SettingsDraft = ReturnType<typeof settingsDraftOf>;

const settingNames = {
  commandLine: "Command",
  entrypointLine: "Entry point",
  user: "User",
  memory: "Memory, MiB",
  cpus: "CPUs",
  mounts: "Mounts",
  stopTimeout: "Time to stop",
  restart: "When it ends by itself",
  hostNetwork: "In the network of its host",
  privileged: "Privileged",
} as const satisfies Record<keyof SettingsDraft, string>;

function readSettings(containers: readonly MadeContainer[]): Difference[] {
  const drafts = containers.map(({ name, settings }) => ({ name, draft: settingsDraftOf(settings) }));
  return (Object.keys(settingNames) as (keyof SettingsDraft)[]).map((field) => ({
    what: settingNames[field],
    choices: group(drafts.map(({ name, draft }) => ({ words: wordsOf(draft[field]), name, change: { image: { [field]: draft[field] } } }))),
  }));
}

function wordsOf(value: string | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === "" ? "(nothing)" : value.replaceAll("\n", ", ");
}

/** Of a variable that any of them hides it is said where it is. One that only some have may be left out. */
function readVariables(containers: readonly MadeContainer[]): Difference[] {
  const keys = [...new Set(containers.flatMap(({ env }) => env.map(({ key }) => key)))];
  return keys.map((key) => {
    const what = `Variable ${key}`;
    const all = containers.map(({ name, env }) => ({ name, variable: env.find((each) => each.key === key) }));
    if (all.some(({ variable }) => variable?.value === null))
      return { what, choices: [{ words: "a secret", names: [], change: { variables: [{ key, value: "", isSecret: true }] } }] };
    const said = all.map(({ name, variable }) => {
      const value = variable?.value ?? null;
      return { words: value === null ? "(not set)" : value || "(empty)", name, change: { variables: [{ key, value, isSecret: false }] } };
    });
    return { what, choices: group(said) };
  });
}
