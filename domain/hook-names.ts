/** The moments at which a plan may run something of the user's own. */
export const hookNames = ["prepare", "beforeBatch", "afterBatch", "finalize", "rollback"] as const;
export type HookName = (typeof hookNames)[number];
