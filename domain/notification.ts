import { z } from "zod";
import { Id, Name, Slug } from "./names.ts";
import { isSecretReference, SecretReference } from "./settings/secret-reference.ts";

/** What a destination hears of: what needs a person, and how rollouts end. */
export const subjects = ["attention", "ends"] as const;
export type Subject = (typeof subjects)[number];

const urlLengthMax = 2_048;
const urlError = "Give an http or https URL without a name, password or fragment, or where it is: env:TIDELINE_SECRET_… or file:/run/secrets/….";

/** Which rollouts: of all fleets in an environment, or of one fleet. */
const Scope = z.discriminatedUnion(
  "type",
  [z.strictObject({ type: z.literal("environment"), environment: Slug }), z.strictObject({ type: z.literal("fleet"), fleetId: Id })],
  { error: "Choose an environment or a fleet." },
);
export type Scope = z.infer<typeof Scope>;

const common = {
  name: Name,
  scope: Scope,
  about: z
    .array(z.enum(subjects))
    .min(1, { error: "Choose at least one: what needs a person, or ends." })
    .max(subjects.length)
    .refine((about) => new Set(about).size === about.length, { error: "Name each once." }),
};

/** Where notifications go. It names secrets and holds none: the address of a Slack webhook lets whoever has it write there. */
export const Destination = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("webhook"),
    /** Or where it is, for one that holds a secret. */
    url: z.string({ error: urlError }).max(urlLengthMax, { error: urlError }).refine(isWebhookUrl, { error: urlError }),
    /** What each request is signed with. */
    key: SecretReference,
    ...common,
  }),
  z.strictObject({ kind: z.literal("slack"), url: SecretReference, ...common }),
]);
export type Destination = z.infer<typeof Destination>;

export const SaveDestination = z.object({
  /** null: a new one. */
  destinationId: Id.nullable(),
  destination: Destination,
});
export type SaveDestination = z.infer<typeof SaveDestination>;

export const OneDestination = z.object({ destinationId: Id });
export type OneDestination = z.infer<typeof OneDestination>;

export const TestDestination = z.object({ destination: Destination });
export type TestDestination = z.infer<typeof TestDestination>;

/** What came back. */
export interface Delivery {
  readonly outcome: "delivered" | "failed";
  readonly message: string;
  /** The first of the answer. Hostile input: show as text. */
  readonly answer: string;
}

/** How a destination does. Times are milliseconds since 1970. */
export interface DestinationState {
  /** Notifications that were not delivered yet. */
  readonly waiting: number;
  readonly lastDeliveredAt: number | null;
  /** null: the last try succeeded, or there was none. */
  readonly failingSince: number | null;
  /** Several tries failed: that does not mend itself. */
  readonly failsForLong: boolean;
  readonly lastError: string | null;
  /** When a failing one is tried again. */
  readonly nextTryAt: number;
  /** Given up after a day, refused for good, or more than its queue holds. */
  readonly lost: number;
}

export interface ListedDestination {
  readonly destinationId: string;
  readonly destination: Destination;
  readonly environment: string;
  /** null: of every fleet in the environment. */
  readonly fleetName: string | null;
  readonly state: DestinationState;
}

/** Without what is plainly a secret; one that is elsewhere in a URL is for whoever sets it to know, and to give by reference. */
function isWebhookUrl(text: string): boolean {
  if (isSecretReference(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && [username, password, hash].every((part) => part === "");
}
