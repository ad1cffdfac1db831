import { z } from "zod";
import { parseDuration } from "./duration.ts";
import { Duration } from "./duration-schema.ts";
import { SecretReference } from "./settings/secret-reference.ts";

const word = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[^\0]*$/);
const words = z.array(word).min(1, { error: "Name a program, or leave it to the image." }).max(64, { error: "At most 64 arguments." });

const part = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
const repository = `(?:${part}(?::\\d{1,5})?/)?${part}(?:/${part})*`;
const tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digest = "sha256:[0-9a-f]{64}";
const imagePattern = new RegExp(`^(?:${digest}|${repository}(?::${tag})?(?:@${digest})?)$`);
const pinnedPattern = new RegExp(`(?:^|@)${digest}$`);

/** As somebody names an image: by tag, by digest, or by the id that one engine has it under. */
export const ImageName = z
  .string({ error: "Name an image." })
  .max(512)
  .regex(imagePattern, { error: "Name an image as in registry.internal/shop:1.1 or shop@sha256:…" });

/** A tag may mean another image tomorrow; a digest or an id never does. */
export function isPinned(image: string): boolean {
  return pinnedPattern.test(image);
}

export function digestOf(image: string): string {
  return image.slice(image.lastIndexOf("sha256:"));
}

const absolute = z
  .string()
  .max(512)
  .regex(/^\/[^\0:]*$/, { error: "Give an absolute path without a colon." });

const Mount = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("volume"),
    volume: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, { error: "This is not the name of a volume." }),
    path: absolute,
    readOnly: z.boolean().default(false),
  }),
  z.strictObject({ type: z.literal("host"), directory: absolute, path: absolute, readOnly: z.boolean().default(false) }),
]);

const mountsMax = 20;
const memoryBytesMin = 6 * 1_024 * 1_024;
/** Replacing an instance has a deadline of its own, in which its unit must stop and the next one start. */
const stopMsMax = 30_000;

export const restartPolicies = ["no", "on-failure", "unless-stopped", "always"] as const;

/** How a container is created. Everything that is not here is the image's own. */
export const ContainerSettings = z.strictObject({
  entrypoint: words.nullable().default(null),
  command: words.nullable().default(null),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31})?$/, { error: "Give a user, or user:group." })
    .nullable()
    .default(null),
  /** On which the service listens; given to it as PORT. */
  port: z.number({ error: "Give the port on which the service listens." }).int().min(1).max(65_535),
  memoryBytes: z.number().int().min(memoryBytesMin, { error: "A container needs at least 6 MiB." }).nullable().default(null),
  cpus: z.number().min(0.01).max(1_024).nullable().default(null),
  mounts: z
    .array(Mount)
    .max(mountsMax, { error: `At most ${mountsMax} mounts.` })
    .default([]),
  /** Without a network of its own, and so without a second unit on the same port. */
  hostNetwork: z.boolean().default(false),
  privileged: z.boolean().default(false),
  /** What the engine does when the program ends by itself. */
  restart: z.enum(restartPolicies).default("unless-stopped"),
  /** Time that the stop signal has before the container is killed. */
  stopTimeout: Duration.refine((text) => (parseDuration(text) ?? 0) <= stopMsMax, { error: "At most 30s." }).default("10s"),
  /** With which the engine pulls; null: none are needed. */
  credentials: z
    .strictObject({
      user: z
        .string()
        .min(1, { error: "Give a user name." })
        .max(256)
        .regex(/^[^\p{Cc}]+$/u),
      password: SecretReference,
    })
    .nullable()
    .default(null),
});
export type ContainerSettings = z.infer<typeof ContainerSettings>;

/** What a Docker engine starts. */
export const ContainerArtifact = ContainerSettings.extend({
  type: z.literal("container"),
  image: ImageName.refine(isPinned, { error: "A release names its image by digest or id." }),
});
export type ContainerArtifact = z.infer<typeof ContainerArtifact>;

/** What an admin must allow before a release may have it: each reaches beyond the container. */
export const containerRights = ["privileged", "host-network", "host-mounts"] as const;
export type ContainerRight = (typeof containerRights)[number];

/** The rights that a container asks for, each with the field that does. */
export function rightsOf({
  privileged,
  hostNetwork,
  mounts,
}: ContainerSettings): readonly { readonly right: ContainerRight; readonly field: string }[] {
  const hostMounts = mounts.flatMap(({ type }, index) => (type === "host" ? [{ right: "host-mounts" as const, field: `mounts.${index}` }] : []));
  return [
    ...(privileged ? [{ right: "privileged" as const, field: "privileged" }] : []),
    ...(hostNetwork ? [{ right: "host-network" as const, field: "hostNetwork" }] : []),
    ...hostMounts,
  ];
}
