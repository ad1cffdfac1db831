import type { Database } from "#db/client.ts";
import { type Claim, claimDue, markDelivered, markFailed } from "#db/queries/notifications.ts";
import type { Logger } from "#server/log.ts";
import type { Sender } from "./sender.ts";

const lookEveryMs = 1_000;
/** Destinations that this server sends to at once; to each of them one notification after the other. */
const sendingMax = 8;
/** Longer than a try takes, so that a destination has two senders only after the first has died. */
const leaseMs = 30_000;
const retryMsMin = 5_000;
const retryMsMax = 10 * 60_000;

export interface NotifierInput {
  readonly db: Database;
  readonly sender: Pick<Sender, "send">;
  readonly log: Logger;
}

/**
 * Delivers what the engine has written down, on every replica: each destination is taken by one of them at a time. At least
 * once: who dies between the answer and writing it down leaves it to the next, which sends it again. Returns what ends it.
 */
export function startNotifier({ db, sender, log }: NotifierInput): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const sending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const claims = sending.size < sendingMax ? await claimDue(db, { limit: sendingMax - sending.size, leaseMs }) : [];
      for (const claim of claims) begin(claim);
    } catch (err) {
      log.warn({ err }, "Notifications could not be looked for; it is tried again.");
    }
  }

  function begin(claim: Claim): void {
    const mine = deliver(claim)
      .catch((err: unknown) => log.warn({ err, destinationId: claim.destinationId }, "What became of a notification could not be written down."))
      .finally(() => {
        sending.delete(mine);
        // The next of this destination need not wait for the clock.
        schedule(0);
      });
    sending.add(mine);
  }

  async function deliver(claim: Claim): Promise<void> {
    const sent = await sender.send(claim.destination, { id: claim.notificationId, notice: claim.notice }, stopping.signal);
    if (sent.outcome === "delivered") return markDelivered(db, claim);
    // That we broke off says nothing of the destination.
    if (stopping.signal.aborted) return;
    log.warn({ destinationId: claim.destinationId, failures: claim.failures + 1, reason: sent.message }, "A notification was not delivered.");
    await markFailed(db, claim, { message: sent.message, refused: sent.outcome === "refused", retryInMs: retryMsAfter(claim.failures + 1) });
  }

  function schedule(ms: number): void {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      looking = looking.then(look);
      void looking.then(() => schedule(lookEveryMs));
    }, ms);
  }

  schedule(0);
  return {
    stop: async () => {
      clearTimeout(timer);
      stopping.abort();
      await looking;
      await Promise.all(sending);
    },
  };
}

/** 5 s after the first failure in a row, then twice as long each time, 10 min at most. */
export function retryMsAfter(failures: number): number {
  return Math.min(retryMsMax, retryMsMin * 2 ** (failures - 1));
}
