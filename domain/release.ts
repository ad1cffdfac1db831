import { z } from "zod";
import { ContainerArtifact } from "./container.ts";
import { Failure } from "./failure.ts";
import { Id, Name, Slug } from "./names.ts";
import { SecretReference } from "./settings/secret-reference.ts";

const envKeyPattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Names the runtime sets itself; a release may not claim them. */
const reservedEnvKeys = new Set(["PORT", "PATH", "HOME", "HOST", "NODE_OPTIONS", "LD_PRELOAD", "LD_LIBRARY_PATH"]);

/** A value that is written down with the release, or where a secret is, which is read each time a unit is started. */
const EnvironmentValue = z.union(
  [z.string().max(4_096, { error: "A value has at most 4,096 characters." }), z.strictObject({ secret: SecretReference })],
  {
    error: 'Write a value, or {"secret": "env:TIDELINE_SECRET_…"}.',
  },
);
export type EnvironmentValue = z.infer<typeof EnvironmentValue>;

export const Environment = z
  .record(z.string().regex(envKeyPattern, { error: "Use letters, digits and _; do not start with a digit." }), EnvironmentValue)
  .superRefine((env, context) => {
    if (Object.keys(env).length > 100) context.addIssue({ code: "custom", message: "At most 100 variables." });
    for (const key of Object.keys(env))
      if (reservedEnvKeys.has(key)) context.addIssue({ code: "custom", path: [key], message: `${key} is set by the runtime; choose another name.` });
  });
export type Environment = z.infer<typeof Environment>;

/** What the local runtime starts: a program with its arguments, never a shell line. */
export const ProcessArtifact = z.object({
  type: z.literal("process"),
  command: z
    .array(
      z
        .string()
        .min(1)
        .max(1_024)
        .regex(/^[^\0]*$/),
    )
    .min(1, { error: "Name the program to start." })
    .max(64, { error: "At most 64 arguments." }),
  directory: z
    .string()
    .max(1_024)
    .regex(/^\/[^\0]*$/, { error: "Give an absolute directory." }),
});
export type ProcessArtifact = z.infer<typeof ProcessArtifact>;

const Artifact = z.discriminatedUnion("type", [ProcessArtifact, ContainerArtifact]);
export type Artifact = z.infer<typeof Artifact>;

/** An immutable version of a service. */
export const Release = z.object({
  releaseId: Id,
  service: Slug,
  name: Name,
  artifact: Artifact,
  /** sha256 of the directory's contents when the release was recorded, verified before each replace; or the image's. */
  digest: z.string(),
  env: Environment,
  /** By variable, which value each secret had when the release was recorded (domain/secret-versions.ts). Left out where there is none. */
  secretVersions: z.record(z.string(), z.string()).optional(),
  recordedAt: z.number(),
});
export type Release = z.infer<typeof Release>;

const kindNames = { process: "a program of this machine", container: "a container image" } as const satisfies Record<Artifact["type"], string>;

/** The artifact of a release that must be of that kind. Throws Failure("invalid"). */
export function requireArtifact<Type extends Artifact["type"]>({ name, artifact }: Release, type: Type): Extract<Artifact, { type: Type }> {
  if (artifact.type === type) return artifact as Extract<Artifact, { type: Type }>;
  const message = `Release ${name} is ${kindNames[artifact.type]}, and this fleet runs ${kindNames[type]}. Choose a release of that kind, or record one.`;
  throw new Failure("invalid", message, [{ field: "releaseId", message }]);
}
