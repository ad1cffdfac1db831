import type { ContainerSettings } from "./container.ts";

/**
 * How a container that somebody else made could be made again: what a release says of one, and in words what none can say.
 * What the image says by itself is left out. All words are somebody else's: show them as text.
 */
export interface MadeContainer {
  readonly id: string;
  readonly name: string;
  /** As it runs: by digest, or by the id that its engine has it under. */
  readonly image: string;
  /** On which it may listen: the one that it was told, or all that it names. */
  readonly ports: readonly number[];
  /** Those that its engine publishes, and the address of the engine's machine at which it does. */
  readonly published: readonly { readonly port: number; readonly bind: string }[];
  /** By name; null: the engine's default. */
  readonly networks: readonly (string | null)[];
  readonly settings: Omit<ContainerSettings, "port" | "credentials">;
  /** `value` is null where it seems to be a secret: it is not handed out. */
  readonly env: readonly { readonly key: string; readonly value: string | null }[];
  /** What it has and a release cannot say. */
  readonly notCarried: readonly string[];
}
