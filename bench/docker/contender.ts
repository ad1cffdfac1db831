/** How every contender is told to update: as many at once, with as long a pause after them, and back when one fails. */
export const instances = 12;
export const parallel = 3;
export const pauseMs = 10_000;

/** How one update ended. */
export interface Rolled {
  readonly ended: string;
  readonly startedAt: number;
  /** Of the update: until its last instance was done and its pause over, or until it was whole again. */
  readonly wallMs: number;
  /** The least that the same steps could have taken; null where it cannot be told. */
  readonly criticalMs: number | null;
  /** Whether all instances run what they ran before. */
  readonly isBack: boolean;
}

/** Something that updates a fleet of the example service behind a balancer. It begins on 1.0. */
export interface Contender {
  readonly name: string;
  /** Where users' traffic arrives. */
  readonly url: string;
  /** Updates, and resolves when all is at rest. */
  roll(release: string): Promise<Rolled>;
  close(): Promise<void>;
}
