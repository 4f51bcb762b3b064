import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, lstat, mkdir, open, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { type Account, chooseAccount } from "./_account.ts";
import { answerWithin } from "./_answer.ts";
import { type Binaries, findBinaries } from "./_binaries.ts";
import {
  cannotWrite,
  checkDataFolder,
  createDataFolder,
  dataVersion,
  lastWords,
  launchOptions,
  SUPERUSER,
} from "./_cluster.ts";
import { DRIVER_OPTIONS } from "./_driver.ts";
import { memoryBytes, sharedMebibytes } from "./_memory.ts";
import { livePostmaster, removeStaleLocks, SOCKET_NAME } from "./_postmaster.ts";

/** A running embedded server. */
export interface EmbeddedServer {
  /** Path of its unix socket. */
  socket: string;
  user: string;
  dataFolder: string;
}

export type EmbeddedResult = { ok: true; server: EmbeddedServer } | { ok: false; reason: string };

const PATIENCE_MS = 60_000;
/** What the system says when the data folder, of which all could be read, cannot be written. */
const UNWRITABLE = new Set(["EACCES", "EDQUOT", "ENOSPC", "EPERM", "EROFS"]);
/** sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL. */
const SOCKET_PATH_LIMIT = 103;

/**
 * Makes sure that the embedded PostgreSQL of this data folder runs: connects to it, makes and starts it where
 * needed. Any number of processes may do so at once.
 * @param options.home Placard's data folder; the database is in its `pg/`.
 * @param options.onNotice told, in one sentence, when something takes a moment.
 * @returns the server, or one sentence on why there is none.
 */
export async function ensureEmbedded(options: {
  home: string;
  onNotice?: (notice: string) => void;
}): Promise<EmbeddedResult> {
  const dataFolder = path.join(options.home, "pg");
  const found = await findBinaries(path.join(options.home, "pg-lib"));
  if (!found.ok) return found;
  const { binaries } = found;
  const usable = await checkDataFolder(options.home, dataFolder, binaries.major);
  if (!usable.ok) return usable;
  const chosen = chooseAccount((await stat(dataFolder).catch(() => undefined))?.uid);
  if (!chosen.ok) return chosen;
  const { account } = chosen;
  if ((await dataVersion(dataFolder)) === undefined) {
    options.onNotice?.(`Making a database in ${dataFolder}`);
    const created = await createDataFolder(dataFolder, binaries, account);
    if (!created.ok) return created;
  }
  try {
    return await startAndConnect(dataFolder, binaries, account);
  } catch (error) {
    if (!UNWRITABLE.has(String((error as NodeJS.ErrnoException).code))) throw error;
    return { ok: false, reason: cannotWrite(dataFolder, error) };
  }
}

async function startAndConnect(
  dataFolder: string,
  binaries: Binaries,
  account: Account,
): Promise<EmbeddedResult> {
  const until = Date.now() + PATIENCE_MS;
  let failures = 0;
  const logged = await logSize(dataFolder);
  let failure: string | undefined;
  while (Date.now() < until && failures < 3) {
    const running = await livePostmaster(dataFolder);
    if (running) {
      const socket = path.join(running.socketFolder, SOCKET_NAME);
      if (running.socketFolder !== "" && (await answers(socket))) {
        return { ok: true, server: { socket, user: SUPERUSER, dataFolder } };
      }
      await sleep(50);
      continue;
    }
    const folder = await socketFolder(dataFolder, account);
    if (!folder.ok) return folder;
    await removeStaleLocks(dataFolder, folder.path);
    const ended = await launch(dataFolder, folder.path, binaries, account);
    if (ended !== undefined && !(await livePostmaster(dataFolder))) {
      failures += 1;
      failure = ended;
      await sleep(100 * failures);
    }
  }
  // One that takes itself down before it answers, again and again, says why in its log.
  failure ??= lastWords(await logFrom(dataFolder, logged), "it did not answer.");
  const reason = `Starting the database in ${dataFolder}: ${failure} Its log is ${logFile(dataFolder)}.`;
  return { ok: false, reason };
}

/** Starts the server in a session of its own. Returns once it has noted itself down, or its last words when it ended. */
async function launch(
  dataFolder: string,
  sockets: string,
  binaries: Binaries,
  account: Account,
): Promise<string | undefined> {
  const settings = {
    listen_addresses: "",
    // Compiling a query takes longer than the few rows that ours read, and the planner expects far more of them.
    jit: "off",
    port: "5432",
    unix_socket_directories: sockets,
    // Only the user who runs Placard gets in: the socket is the password.
    unix_socket_permissions: "0700",
    max_connections: "100",
    shared_buffers: `${sharedMebibytes(memoryBytes())}MB`,
    log_destination: "stderr",
    logging_collector: "off",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [program, ...args] = [...account.prefix, binaries.postgres, "-D", dataFolder, ...flags];
  const log = await openLog(dataFolder);
  const from = (await log.stat()).size;
  // Its own session: Ctrl-C in the terminal is ours to handle, and must not end the database first.
  const child = spawn(program ?? "", args, {
    ...launchOptions(binaries, account),
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  let ended: string | undefined;
  child.on("error", (error) => {
    ended = `${error.message}.`;
  });
  child.on("exit", (code, signal) => {
    ended ??= signal ? `it was ended by ${signal}.` : `it ended with exit code ${code}.`;
  });
  child.unref();
  const until = Date.now() + 10_000;
  while (ended === undefined && Date.now() < until && !(await livePostmaster(dataFolder))) await sleep(20);
  await log.close();
  if (ended === undefined) return undefined;
  return lastWords(await logFrom(dataFolder, from), ended);
}

function logFile(dataFolder: string): string {
  return path.join(dataFolder, "server.log");
}

async function logSize(dataFolder: string): Promise<number> {
  return (await stat(logFile(dataFolder)).catch(() => undefined))?.size ?? 0;
}

/** @param from where to begin, in bytes */
async function logFrom(dataFolder: string, from: number): Promise<string> {
  const log = await readFile(logFile(dataFolder)).catch(() => Buffer.alloc(0));
  return log.subarray(from).toString("utf8");
}

/** The log to append to; started anew when it has grown. */
async function openLog(dataFolder: string) {
  const size = await logSize(dataFolder);
  return open(logFile(dataFolder), size > 4 * 1024 * 1024 ? "w" : "a", 0o600);
}

/**
 * The folder for the unix socket: the data folder itself, or, where its path is too long for a socket or has
 * characters that PostgreSQL reads as a list, a short one for this data folder and user.
 */
async function socketFolder(
  dataFolder: string,
  account: Account,
): Promise<{ ok: true; path: string } | { ok: false; reason: string }> {
  const short = Buffer.byteLength(path.join(dataFolder, SOCKET_NAME)) <= SOCKET_PATH_LIMIT;
  if (short && /^[\w./-]+$/.test(dataFolder)) return { ok: true, path: dataFolder };
  const name = createHash("sha256").update(dataFolder).digest("hex").slice(0, 12);
  const me = account.owner?.uid ?? process.getuid?.() ?? 0;
  const folder = path.join(tmpdir(), `placard-${me}-${name}`);
  await mkdir(folder, { mode: 0o700 }).then(
    () => account.owner && chown(folder, account.owner.uid, account.owner.gid),
    () => undefined,
  );
  const made = await lstat(folder).catch(() => undefined);
  // Anyone may write to the temporary folder, so a folder of that name need not be ours.
  if (made?.isDirectory() && made.uid === me && (made.mode & 0o077) === 0) return { ok: true, path: folder };
  const reason = `Starting the database: the path ${dataFolder} is too long for a unix socket, and ${folder} is not a private folder of ours. Set PLACARD_HOME to a folder with a shorter path.`;
  return { ok: false, reason };
}

/** True when the server behind this socket takes connections. */
async function answers(socket: string): Promise<boolean> {
  const sql = postgres({
    ...DRIVER_OPTIONS,
    path: socket,
    database: "postgres",
    username: SUPERUSER,
    max: 1,
    connect_timeout: 5,
    ssl: false,
  });
  try {
    await answerWithin(sql, 5000);
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
