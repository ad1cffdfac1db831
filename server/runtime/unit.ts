import { formatDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { Check } from "#domain/fleet.ts";
import { requireArtifact } from "#domain/release.ts";
import type { ChildUser } from "#server/io/child-user.ts";
import { startProbe } from "#server/io/probe.ts";
import type { Logger } from "#server/log.ts";
import { createEnvironment, type Launch, prepareLaunch } from "./artifact.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import { findOrphan, startTimeOf } from "./identity.ts";
import type { InstanceLog } from "./logs.ts";
import { isFree } from "./ports.ts";
import { adoptGroup, type ProcessGroup, startGroup } from "./process-group.ts";
import type { UnitAnswer } from "./protocol.ts";
import type { Stage } from "./stage.ts";
import type { UnitRecord } from "./state.ts";

/** Time that SIGTERM has before SIGKILL. */
export const stopMsMax = 10_000;
/** A program that ends within this time after its start could not be started. */
const graceMs = 250;
const backoffMsMin = 1_000;
const backoffMsMax = 30_000;
/** After a restart of the runtime a living instance's first readiness answer is waited for. */
const firstAnswerMsMax = 2_000;
/** After running this long the next crash starts the backoff anew. */
const stableMs = 60_000;

export interface UnitOptions {
  /** Written in place; `save` puts it on the disk. */
  readonly record: UnitRecord;
  readonly checks: () => { readonly readiness: Check; readonly liveness: Check | null };
  readonly user: ChildUser | null;
  readonly output: InstanceLog;
  readonly stage: Stage;
  readonly secrets: HeldSecrets;
  readonly save: () => Promise<void>;
  readonly log: Logger;
}

/**
 * One release running in one slot. starting → running when its program stayed; running → exited when it ended, and
 * running again after a backoff; any → stopping for good. A first start that fails stays exited and says why.
 */
export class Unit {
  readonly #options: UnitOptions;
  #state: NonNullable<UnitAnswer["unit"]>["state"] = "starting";
  #group: ProcessGroup | null = null;
  #message: string | null = null;
  #probeText: string | null = null;
  #readySince: number | null = null;
  #probes: { close(): void }[] = [];
  #crashes = 0;
  #restarting: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | null = null;
  #starting: Promise<void> = Promise.resolve();
  #onFirstAnswer: () => void = () => undefined;
  readonly #firstAnswer = new Promise<void>((resolve) => {
    this.#onFirstAnswer = resolve;
  });

  constructor(options: UnitOptions) {
    this.#options = options;
  }

  get record(): UnitRecord {
    return this.#options.record;
  }

  get ready(): boolean {
    return this.#readySince !== null;
  }

  get running(): boolean {
    return this.#state === "running";
  }

  /** Why it cannot take requests, in words. */
  get notReadyText(): string {
    return this.#message ?? (this.#probeText === null ? "its readiness check has not answered yet" : `its readiness check said ${this.#probeText}`);
  }

  observe(): UnitAnswer {
    const { key, release, startedAt, restarts, port } = this.record;
    return {
      unit: { key, releaseId: release.releaseId, state: this.#state, startedAt, restarts, address: `127.0.0.1:${port}`, message: this.#message },
      ready: this.ready,
      readyForMs: this.#readySince === null ? null : Math.round(performance.now() - this.#readySince),
      probe: this.#probeText,
    };
  }

  /** Throws Failure("invalid") when the program cannot be started or ends at once. */
  async start(launch: Launch): Promise<void> {
    try {
      const group = await this.#spawn(launch);
      const ended = await Promise.race([group.exited, new Promise<null>((resolve) => setTimeout(resolve, graceMs, null))]);
      if (ended !== null) throw new Failure("invalid", `${this.#programName()} ${ended} as soon as it was started${this.#lastWords()}`);
      this.#run(group);
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    }
  }

  /**
   * Takes over what an earlier runtime started; what has ended meanwhile is started again. Resolves when its readiness
   * has been asked once, so that nobody takes "not asked yet" for lost health.
   */
  async adopt(): Promise<void> {
    const { record } = this;
    if (record.refusal !== null) {
      this.#state = "exited";
      this.#message = record.refusal;
      return;
    }
    const wasRunning = record.pid !== null;
    const pid = record.pid ?? findOrphan(record.port);
    const startTime = record.startTime ?? (pid === null ? null : startTimeOf(pid));
    const group = pid === null || startTime === null ? null : adoptGroup(pid, startTime);
    if (!group) return this.#restart(0, wasRunning);
    record.pid = group.pid;
    record.startTime = group.startTime;
    this.#options.log.info({ pid: group.pid, key: record.key }, "A living instance was taken over.");
    this.#group = group;
    this.#run(group);
    await Promise.race([this.#firstAnswer, group.exited, new Promise((resolve) => setTimeout(resolve, firstAnswerMsMax))]);
  }

  /** Politely, then by force. Whoever calls it again waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow();
    return this.#stopping;
  }

  /** Begins to ask by changed checks. */
  renewChecks(): void {
    if (this.#state === "running") this.#startProbes();
  }

  /** Lets go of it without ending it: the next runtime takes it over. */
  release(): void {
    clearTimeout(this.#restarting);
    this.#closeProbes();
  }

  async #stopNow(): Promise<void> {
    this.release();
    this.#state = "stopping";
    this.#message = null;
    await this.#starting;
    await this.#group?.stop(stopMsMax);
    this.record.pid = null;
    this.record.startTime = null;
  }

  async #spawn(launch: Launch): Promise<ProcessGroup> {
    const { record, user, output, save, log } = this.#options;
    this.#state = "starting";
    this.#message = null;
    record.pid = null;
    record.startTime = null;
    record.startedAt = Date.now();
    record.firstReadyAt = null;
    // On the disk before it runs: a runtime that dies between the two finds the process by its port.
    await save();
    const env = createEnvironment(launch, record.port, user);
    const group = await startGroup({ launch, env, user, output: output.descriptors(record.lane) });
    record.pid = group.pid;
    record.startTime = group.startTime;
    this.#group = group;
    save().catch((error: unknown) => log.error({ err: error }, "The state could not be saved."));
    return group;
  }

  #run(group: ProcessGroup): void {
    if (this.#stopping) return;
    this.#state = "running";
    this.#message = null;
    this.#startProbes();
    void group.exited.then((words) => this.#onExit(group, words));
  }

  async #onExit(group: ProcessGroup, words: string): Promise<void> {
    if (this.#stopping || this.#group !== group) return;
    this.#closeProbes();
    this.#group = null;
    const ranMs = Date.now() - this.record.startedAt;
    this.#crashes = ranMs >= stableMs ? 1 : this.#crashes + 1;
    const waitMs = Math.min(backoffMsMax, backoffMsMin * 2 ** (this.#crashes - 1));
    this.#state = "exited";
    this.#message = `${this.#programName()} ${words} after ${formatDuration(ranMs)} and starts again in ${formatDuration(waitMs)}${this.#lastWords()}`;
    // What it has started must not stand in the way of its successor.
    await group.stop(0);
    if (!this.#stopping) this.#restart(waitMs, true);
  }

  #restart(waitMs: number, counts: boolean): void {
    this.#state = "exited";
    clearTimeout(this.#restarting);
    this.#restarting = setTimeout(() => {
      this.#starting = this.#restartNow(counts);
    }, waitMs);
  }

  async #restartNow(counts: boolean): Promise<void> {
    const { record } = this.#options;
    try {
      if (!(await isFree(record.port))) throw new Failure("conflict", `Port ${record.port} is taken by another program.`);
      const launch = await prepareLaunch(record.release, this.#options);
      if (this.#stopping) return;
      if (counts) record.restarts += 1;
      this.#run(await this.#spawn(launch));
    } catch (error) {
      if (this.#stopping) return;
      this.#crashes += 1;
      this.#message = error instanceof Failure ? error.message : "It could not be started again.";
      this.#options.log.warn({ err: error, key: record.key }, "An instance could not be started again.");
      this.#restart(Math.min(backoffMsMax, backoffMsMin * 2 ** (this.#crashes - 1)), true);
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    await this.#group?.stop(0);
    this.#group = null;
    this.#state = "exited";
    this.#message = error instanceof Failure ? error.message : "It could not be started.";
    this.record.pid = null;
    this.record.startTime = null;
    this.record.refusal = this.#message;
  }

  #startProbes(): void {
    this.#closeProbes();
    const { readiness, liveness } = this.#options.checks();
    const { port } = this.record;
    const isFirst = this.record.firstReadyAt === null;
    const ready = startProbe({
      check: readiness,
      port,
      eager: isFirst,
      onAnswer: (answer, passing, failing) => {
        this.#probeText = answer.text;
        this.#onFirstAnswer();
        if (passing) this.#becomeReady();
        if (failing) this.#readySince = null;
      },
    });
    this.#probes.push(ready);
    if (!liveness) return;
    const live = startProbe({
      check: liveness,
      port,
      eager: false,
      onAnswer: (answer, _, failing) => {
        // A program that is slow to start is not restarted for that: what never was ready is the rollout's business.
        if (failing && this.record.firstReadyAt !== null) void this.#endSick(answer.text);
      },
    });
    this.#probes.push(live);
  }

  #becomeReady(): void {
    this.#readySince ??= performance.now();
    if (this.record.firstReadyAt !== null) return;
    this.record.firstReadyAt = Date.now();
    this.#options.save().catch((error: unknown) => this.#options.log.error({ err: error }, "The state could not be saved."));
  }

  /** Its end is then treated like any crash. */
  async #endSick(answer: string): Promise<void> {
    this.#options.log.warn({ key: this.record.key, answer }, "The liveness check failed; the instance is started again.");
    this.#closeProbes();
    await this.#group?.stop(stopMsMax);
  }

  #closeProbes(): void {
    for (const probe of this.#probes) probe.close();
    this.#probes = [];
    this.#readySince = null;
  }

  #programName(): string {
    return `"${requireArtifact(this.record.release, "process").command.join(" ").slice(0, 80)}"`;
  }

  #lastWords(): string {
    const words = this.#options.output.lastWords(this.record.lane);
    return words === null ? "." : `: ${words}`;
  }
}
