import type { Fleet } from "#domain/fleet.ts";
import { startProbe } from "#server/io/probe.ts";
import type { Target } from "./describe.ts";

/** A unit that was running before anybody here looked is waited for this long, so that nobody takes "not asked yet" for lost health. */
const firstAnswerMsMax = 2_000;
/** A fleet that nobody has looked at for this long is another replica's by now: its units are not asked any more. */
const forgottenMs = 30_000;

/** One start of one unit at one address. */
export interface Probed {
  readonly id: string;
  readonly startedAt: number;
  readonly target: Target;
  /** It was started here just now. */
  readonly isFresh: boolean;
}

export interface ProbeView {
  readonly ready: boolean;
  readonly readyForMs: number | null;
  readonly probe: string | null;
}

interface Watch {
  readonly key: string;
  readonly firstAnswer: Promise<void>;
  view(): ProbeView;
  close(): void;
}

interface ProbesInput {
  /** The liveness check of a unit that has been ready fails. Told again at each further failure. */
  readonly onSick: (fleetId: string, id: string, answer: string) => void;
}

/** Asks the units of each fleet by its checks, from when somebody looks until nobody does any more. */
export class Probes {
  readonly #onSick: ProbesInput["onSick"];
  readonly #fleets = new Map<string, { watches: ReadonlyMap<string, Watch>; forget: NodeJS.Timeout }>();

  constructor({ onSick }: ProbesInput) {
    this.#onSick = onSick;
  }

  /** How each unit answers, by its id, after those that were running already have answered once. */
  async look(fleet: Fleet, units: readonly Probed[]): Promise<ReadonlyMap<string, ProbeView>> {
    const before = this.#fleets.get(fleet.fleetId);
    clearTimeout(before?.forget);
    const watches = new Map(units.map((unit) => [unit.id, this.#watch(fleet, unit, before?.watches.get(unit.id))]));
    for (const [id, watch] of before?.watches ?? []) if (watches.get(id) !== watch) watch.close();
    const forget = setTimeout(() => this.forget(fleet.fleetId), forgottenMs);
    forget.unref();
    this.#fleets.set(fleet.fleetId, { watches, forget });
    await Promise.all([...watches.values()].map(({ firstAnswer }) => firstAnswer));
    return new Map([...watches].map(([id, watch]) => [id, watch.view()]));
  }

  forget(fleetId: string): void {
    const known = this.#fleets.get(fleetId);
    clearTimeout(known?.forget);
    for (const watch of known?.watches.values() ?? []) watch.close();
    this.#fleets.delete(fleetId);
  }

  close(): void {
    for (const fleetId of [...this.#fleets.keys()]) this.forget(fleetId);
  }

  #watch(fleet: Fleet, unit: Probed, before: Watch | undefined): Watch {
    const key = JSON.stringify([unit.startedAt, unit.target, fleet.readiness, fleet.liveness]);
    if (before?.key === key) return before;
    return startWatch(fleet, { unit, key, ranBefore: before === undefined && !unit.isFresh, onSick: this.#onSick });
  }
}

interface WatchInput extends ProbesInput {
  readonly unit: Probed;
  readonly key: string;
  /** It ran before we looked: its first good answer is enough, for it has given more before. */
  readonly ranBefore: boolean;
}

function startWatch({ fleetId, readiness, liveness }: Fleet, { unit, key, ranBefore, onSick }: WatchInput): Watch {
  const { id, target } = unit;
  let readySince: number | null = null;
  let wasReady = false;
  let text: string | null = null;
  let onFirstAnswer = () => {};
  const answered = new Promise<void>((resolve) => {
    onFirstAnswer = resolve;
  });
  const ready = startProbe({
    check: readiness,
    ...target,
    eager: true,
    onAnswer: (answer, passing, failing) => {
      const isFirst = text === null;
      text = answer.text;
      if (passing || (isFirst && ranBefore && answer.ok)) readySince ??= performance.now();
      if (failing) readySince = null;
      wasReady ||= readySince !== null;
      onFirstAnswer();
    },
  });
  const live =
    liveness &&
    startProbe({
      check: liveness,
      ...target,
      eager: false,
      // One that is slow to start is not restarted for that: what never was ready is the rollout's business.
      onAnswer: (answer, _, failing) => {
        if (failing && wasReady) onSick(fleetId, id, answer.text);
      },
    });
  return {
    key,
    firstAnswer: ranBefore ? Promise.race([answered, wait(firstAnswerMsMax)]) : Promise.resolve(),
    view: () => ({
      ready: readySince !== null,
      readyForMs: readySince === null ? null : Math.round(performance.now() - readySince),
      probe: text,
    }),
    close: () => {
      ready.close();
      live?.close();
      onFirstAnswer();
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
