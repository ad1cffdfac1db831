import { spawnSync } from "node:child_process";
import { chownSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";

/** How PostgreSQL's programs are run: it refuses to be root, and initdb wants a user that has a name. */
export type Account =
  | { readonly type: "self"; readonly uid: number; readonly gid: number }
  /** A user namespace in which we have another number. Files still belong to us. */
  | { readonly type: "namespace"; readonly uid: number; readonly gid: number; readonly inside: User }
  | { readonly type: "other"; readonly uid: number; readonly gid: number };

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** System users with a name and nothing to guard; not `nobody`, under which strangers run. */
const unprivilegedUsers = ["daemon", "bin"];

/** `clusterPath` decides when it exists: the cluster's owner is who must run it. */
export function chooseAccount(clusterPath: string, program: string): Account {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const owner = statSync(clusterPath, { throwIfNoEntry: false });
  if (self.uid !== 0) {
    if (owner && owner.uid !== self.uid)
      throw new Error(`${clusterPath} belongs to user ${owner.uid}. Start Tideline as that user, or name another directory in TIDELINE_DATA.`);
    if (hasName()) return { type: "self", ...self };
  }
  if (owner && owner.uid !== self.uid) return { type: "other", uid: owner.uid, gid: owner.gid };
  const inside = namedUser(["1000", "nobody"]) ?? { uid: 1000, gid: 1000 };
  const namespace: Account = { type: "namespace", ...self, inside };
  if (works(namespace, program)) return namespace;
  const other = self.uid === 0 && !owner ? namedUser(unprivilegedUsers) : null;
  if (other) return { type: "other", ...other };
  throw new Error(
    "PostgreSQL does not run as root here, and neither user namespaces (unshare --user) nor an unprivileged user are available. " +
      "Start Tideline as an ordinary user, or set DATABASE_URL.",
  );
}

export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

export function invocation(account: Account, program: string, args: readonly string[]): Invocation {
  if (account.type === "self") return { file: program, args, identity: {} };
  if (account.type === "other") return { file: program, args, identity: { uid: account.uid, gid: account.gid } };
  const map = ["--user", `--map-user=${account.inside.uid}`, `--map-group=${account.inside.gid}`, "--", program, ...args];
  return { file: "unshare", args: map, identity: {} };
}

/** Hands a file of ours to the account. */
export function giveTo(account: Account, path: string): void {
  if (account.type === "other") chownSync(path, account.uid, account.gid);
}

function works(account: Account, program: string): boolean {
  const { file, args } = invocation(account, program, ["--version"]);
  return process.platform === "linux" && spawnSync(file, [...args], { stdio: "ignore", timeout: 5_000 }).status === 0;
}

function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** The first user of /etc/passwd, in the order asked for, by name or number. */
function namedUser(wanted: readonly string[]): User | null {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const who of wanted) {
    const user = users.find(([name, , uid]) => name === who || uid === who);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  return null;
}
