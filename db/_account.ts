import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

/** How a program is started so that PostgreSQL accepts it: it refuses to run as root, and as a user without a name. */
export interface Account {
  /** Program and arguments to put in front. */
  prefix: string[];
  /** Set when the program runs as another user, who must then own what it writes. */
  owner?: { uid: number; gid: number };
}

const NOBODY = 65534;

/**
 * Chooses the account.
 * @param folderOwner uid of an existing data folder: whoever made it must go on with it.
 */
export function chooseAccount(
  folderOwner?: number,
): { ok: true; account: Account } | { ok: false; reason: string } {
  if (process.getuid?.() !== 0)
    return { ok: true, account: { prefix: hasName() ? [] : (namespace() ?? []) } };
  if (folderOwner !== undefined && folderOwner !== 0) {
    return { ok: true, account: { prefix: [], owner: { uid: folderOwner, gid: folderOwner } } };
  }
  const prefix = namespace();
  if (prefix) return { ok: true, account: { prefix } };
  const owner = folderOwner === undefined ? systemAccount() : undefined;
  if (owner) return { ok: true, account: { prefix: [], owner } };
  const reason =
    "Starting the database as root: PostgreSQL does not run as root, and this system lets us neither use a user namespace nor another account. Run Placard as a plain user, or set DATABASE_URL to a PostgreSQL server of your own.";
  return { ok: false, reason };
}

/** In a user namespace the program sees another uid than ours while the files stay ours: no account, no chown. */
function namespace(): string[] | undefined {
  const prefix = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--"];
  return runs([...prefix, "true"]) ? prefix : undefined;
}

/** initdb wants its user to have a name, which an arbitrary uid in a container does not. */
function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

function runs([program = "", ...args]: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore", timeout: 5000 }).status === 0;
}

/** Not `nobody`: that is who crawled servers may run as, and they should not share an account with the database. */
function systemAccount(): { uid: number; gid: number } | undefined {
  const lines = readPasswd();
  for (const name of ["postgres", "daemon"]) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return undefined;
}

function readPasswd(): string[] {
  try {
    return readFileSync("/etc/passwd", "utf8").split("\n");
  } catch {
    return [];
  }
}
