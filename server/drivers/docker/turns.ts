import { Failure } from "#domain/failure.ts";

/** Things asked of one instance at a time: the one that is done and those that wait for it. */
const askedMax = 4;

/** One thing at a time for each instance. The same again joins it. */
export interface Turns {
  take(instance: string, name: string, act: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  const queues = new Map<string, { readonly asked: Map<string, Promise<void>>; last: Promise<unknown> }>();
  return {
    take: (instance, name, act) => {
      const queue = queues.get(instance) ?? { asked: new Map<string, Promise<void>>(), last: Promise.resolve() };
      queues.set(instance, queue);
      const joined = queue.asked.get(name);
      if (joined) return joined;
      if (queue.asked.size >= askedMax)
        return Promise.reject(new Failure("limit", `This instance is being changed already, and ${askedMax - 1} more wait. Try again later.`));
      const mine = queue.last.then(act).finally(() => {
        queue.asked.delete(name);
        if (queue.asked.size === 0) queues.delete(instance);
      });
      queue.last = mine.catch(() => undefined);
      queue.asked.set(name, mine);
      return mine;
    },
  };
}
