/** Something to do to the world. Asking for the same one twice is harmless: `key` names it for ever. */
export type Effect =
  | { readonly type: "instance.drain"; readonly instanceId: string; readonly key: string; readonly timeoutMs: number }
  | { readonly type: "instance.replace"; readonly instanceId: string; readonly key: string; readonly releaseId: string }
  | { readonly type: "instance.restore"; readonly instanceId: string; readonly key: string };

export type EffectType = Effect["type"];
