import type { Access, GrantablePermission, Role } from "#domain/role.ts";

/** What a person may do while it is typed: an environment may have no name yet. */
export interface AccessDraft {
  readonly defaultRole: Role | null;
  readonly rows: readonly RoleRow[];
  readonly granted: readonly GrantablePermission[];
}

export interface RoleRow {
  readonly row: number;
  readonly environment: string;
  readonly role: Role | null;
}

export const newAccess: AccessDraft = { defaultRole: "viewer", rows: [], granted: [] };

export function toDraft({ defaultRole, roles, granted }: Access): AccessDraft {
  return { defaultRole, rows: Object.entries(roles).map(([environment, role], row) => ({ row, environment, role })), granted };
}

/** Rows without a name are left out. */
export function toAccess({ defaultRole, rows, granted }: AccessDraft): {
  defaultRole: Role | null;
  roles: Record<string, Role | null>;
  granted: GrantablePermission[];
} {
  const named = rows.map(({ environment, role }) => [environment.trim(), role] as const).filter(([environment]) => environment !== "");
  return { defaultRole, roles: Object.fromEntries(named), granted: [...granted] };
}

/** A name that stands twice, which would say two things of one environment; null when none does. */
export function repeatedName({ rows }: AccessDraft): string | null {
  const names = rows.map(({ environment }) => environment.trim()).filter((name) => name !== "");
  return names.find((name, index) => names.indexOf(name) !== index) ?? null;
}

export function withRow(draft: AccessDraft, row: number, given: Partial<RoleRow>): AccessDraft {
  return { ...draft, rows: draft.rows.map((entry) => (entry.row === row ? { ...entry, ...given } : entry)) };
}

export function withRowAdded(draft: AccessDraft): AccessDraft {
  const row = Math.max(-1, ...draft.rows.map((entry) => entry.row)) + 1;
  return { ...draft, rows: [...draft.rows, { row, environment: "", role: "operator" }] };
}

export function withRowRemoved(draft: AccessDraft, row: number): AccessDraft {
  return { ...draft, rows: draft.rows.filter((entry) => entry.row !== row) };
}
