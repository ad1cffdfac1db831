import type { Access } from "#domain/role.ts";
import { formatAccess, grantMeanings } from "./access-words.ts";

/** What somebody, or something, may do: the roles, and below them what was granted besides. */
export function AccessCell({ access }: { access: Access }) {
  return (
    <>
      {formatAccess(access)}
      {access.granted.map((permission) => (
        <span key={permission} title={grantMeanings[permission]} className="block text-ink-faint text-xs">
          and {permission}
        </span>
      ))}
    </>
  );
}
