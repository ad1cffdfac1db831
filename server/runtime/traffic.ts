import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "#server/log.ts";
import type { TrafficOrder } from "./traffic-maker.ts";

/** Of all fleets together. */
export const trafficTotalMax = 1_200;
const restartMs = 1_000;
const closeMsMax = 2_000;

/** Trial traffic from a process of its own, so that what it costs is not the proxy's time. None runs while none is wanted. */
export class Traffic {
  readonly #argv: readonly string[];
  readonly #log: Logger;
  #order: TrafficOrder = { fleets: [] };
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  /** `argv` starts this program as a maker of traffic. */
  constructor(argv: readonly string[], log: Logger) {
    this.#argv = argv;
    this.#log = log;
  }

  set(order: TrafficOrder): void {
    if (JSON.stringify(order) === JSON.stringify(this.#order)) return;
    this.#order = order;
    this.#apply();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#restart);
    this.#endChild();
  }

  #apply(): void {
    if (this.#closed) return;
    if (this.#order.fleets.length === 0) {
      this.#endChild();
      return;
    }
    this.#child ??= this.#start();
    if (this.#child.connected) this.#child.send(this.#order);
  }

  #start(): ChildProcess {
    const [program = process.execPath, ...args] = this.#argv;
    const env = { PATH: process.env.PATH ?? "" } as unknown as NodeJS.ProcessEnv;
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit", "ipc"], env });
    child.on("error", (error) => this.#log.error({ err: error }, "The traffic process could not be started."));
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#restart = setTimeout(() => this.#apply(), restartMs);
    });
    return child;
  }

  #endChild(): void {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill("SIGKILL"), closeMsMax);
    child.once("exit", () => clearTimeout(kill));
  }
}
