import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Queryable } from "#db/client.ts";

/** The audit's chain, computed again here: what the database says of itself is not believed. */

/** What the first row follows. */
const genesis = "0".repeat(64);
/** Rows held in memory at once. */
const rowsPerRead = 1_000;

/** Every column as the text that the database writes. */
export interface AuditText extends Record<string, unknown> {
  readonly seq: string;
  readonly id: string;
  /** Microseconds since 1970. */
  readonly at: string;
  readonly actor_id: string | null;
  readonly actor_name: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
  readonly outcome: string;
  readonly previous_hash: string;
  readonly hash: string;
}

export interface AuditHead {
  readonly rows: number;
  /** sha256 of the last row, hexadecimal: kept elsewhere it shows later that nothing before it was changed. */
  readonly hash: string;
}

export type AuditVerdict = { readonly intact: true; readonly head: AuditHead } | { readonly intact: false; readonly broken: BrokenRow };

export interface BrokenRow {
  /** The number that the row has, or should have. */
  readonly seq: number;
  readonly why: string;
}

/**
 * The first row that is not what it was, or is missing; or the head when all are as they were. Run it in one snapshot.
 * `known` is a head that was written down elsewhere before: somebody who computed the whole chain again cannot give it.
 */
export async function verifyAudit(db: Queryable, known: AuditHead | null = null): Promise<AuditVerdict> {
  let last: AuditHead = { rows: 0, hash: genesis };
  for (let rows = await readAfter(db, 0); rows.length > 0; rows = await readAfter(db, last.rows)) {
    for (const row of rows) {
      const why = whyBroken(row, last);
      if (why !== null) return { intact: false, broken: { seq: last.rows + 1, why } };
      last = { rows: last.rows + 1, hash: row.hash };
      if (known?.rows === last.rows && known.hash !== last.hash)
        return { intact: false, broken: { seq: last.rows, why: "it, or one before it, is not what it was when that hash was written down" } };
    }
  }
  if (known && known.rows > last.rows)
    return { intact: false, broken: { seq: last.rows + 1, why: `it is missing: ${known.rows} rows were there once` } };
  const why = await whyHeadDiffers(db, last);
  return why === null ? { intact: true, head: last } : { intact: false, broken: { seq: last.rows + 1, why } };
}

function whyBroken(row: AuditText, last: AuditHead): string | null {
  const seq = last.rows + 1;
  if (Number(row.seq) !== seq) return `it is missing: after row ${last.rows} comes row ${row.seq}`;
  if (row.previous_hash !== last.hash) return "it does not follow the row before it: that one, or this one, was replaced";
  if (hashRow(row) !== row.hash) return `its content is not what was written (${row.action} on ${row.target} by ${row.actor_name})`;
  return null;
}

/** A row taken off the end leaves a chain without a fault, which is why the last one is also written down beside it. */
async function whyHeadDiffers(db: Queryable, last: AuditHead): Promise<string | null> {
  const { rows } = await db.execute<{ seq: string; hash: string }>(sql`select seq::text, hash from audit_head`);
  const [head] = rows;
  if (!head) return "the record of the last row is missing";
  if (Number(head.seq) > last.rows) return `it is missing: ${head.seq} rows were written, the last ${Number(head.seq) - last.rows} are gone`;
  if (Number(head.seq) < last.rows || head.hash !== last.hash) return "the record of the last row is of another row";
  return null;
}

/** The same as the database's audit_hash (migration 0005). */
export function hashRow(row: AuditText): string {
  const { seq, id, at, actor_id, actor_name, action, target, detail, outcome, previous_hash } = row;
  const fields = [seq, id, at, actor_id, actor_name, action, target, detail, outcome, previous_hash];
  const content = fields.map((field) => (field === null ? "-" : `${Buffer.byteLength(field)}:${field}`)).join("");
  return createHash("sha256").update(content, "utf8").digest("hex");
}

async function readAfter(db: Queryable, seq: number): Promise<AuditText[]> {
  const { rows } = await db.execute<AuditText>(
    sql`select seq::text, id::text, (extract(epoch from at) * 1000000)::bigint::text as at, actor_id, actor_name, action, target,
          detail::text, outcome, previous_hash, hash
        from audit where audit.seq > ${seq} order by audit.seq limit ${rowsPerRead}`,
  );
  return rows;
}
