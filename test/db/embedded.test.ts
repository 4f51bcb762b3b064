import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { livePostmaster, stopPostmaster } from "../../db/_postmaster.ts";
import { type Database, getServer, openDatabase } from "../../db/index.ts";

const CHILD = path.join(import.meta.dirname, "_store-in-a-loop.ts");

async function temporaryHome(name = "home"): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "placard-pg-"));
  const home = path.join(folder, name);
  onTestFinished(async () => {
    await stopPostmaster(path.join(home, "pg"));
    await rm(folder, { recursive: true, force: true });
  });
  return home;
}

async function open(home: string): Promise<Database> {
  const opened = await openDatabase({ home });
  if (!opened.ok) throw new Error(opened.reason);
  return opened.database;
}

function startChild(...args: string[]): ChildProcess & { lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return Object.assign(child, { lines: createInterface({ input: child.stdout }) });
}

test("several processes may start it at once; the last one stops it", async () => {
  const home = await temporaryHome();
  for (let round = 0; round < 2; round += 1) {
    const children = [1, 2, 3, 4, 5].map(() => startChild(home, "open"));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect(await livePostmaster(path.join(home, "pg"))).toBeUndefined();
  }
});

test("it goes on while somebody uses it", async () => {
  const home = await temporaryHome();
  const [first, second] = [await open(home), await open(home)];
  await first.close();
  await first.close();
  expect(await getServer(second, "npm/none")).toBeUndefined();
  expect(await livePostmaster(path.join(home, "pg"))).toBeDefined();
  await second.close();
  expect(await livePostmaster(path.join(home, "pg"))).toBeUndefined();
});

test("what was committed survives a kill of everything, and the next start recovers", async () => {
  const home = await temporaryHome();
  const child = startChild(home);
  let committed = 0;
  for await (const line of child.lines) {
    committed = Number(line);
    if (committed === 8) break;
  }
  const postmaster = await livePostmaster(path.join(home, "pg"));
  child.kill("SIGKILL");
  if (postmaster) process.kill(postmaster.pid, "SIGKILL");
  await once(child, "exit");

  const database = await open(home);
  for (let number = 1; number <= committed; number += 1) {
    expect((await getServer(database, `npm/s${number}`))?.toolCount).toBe(20);
  }
  await database.close();
});

test("a process that was killed leaves a server that the next one uses and stops", async () => {
  const home = await temporaryHome();
  const child = startChild(home);
  for await (const _ of child.lines) break;
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = await livePostmaster(path.join(home, "pg"));
  expect(left).toBeDefined();
  const database = await open(home);
  expect((await livePostmaster(path.join(home, "pg")))?.pid).toBe(left?.pid);
  await database.close();
  expect(await livePostmaster(path.join(home, "pg"))).toBeUndefined();
});

test("a lock file that names another program is no obstacle", async () => {
  const home = await temporaryHome();
  await (await open(home)).close();
  const dataFolder = path.join(home, "pg");
  const stale = `${process.pid}\n${dataFolder}\n1700000000\n5432\n${dataFolder}\n\n  123 456\nready   \n`;
  await writeFile(path.join(dataFolder, "postmaster.pid"), stale);
  await writeFile(path.join(dataFolder, ".s.PGSQL.5432.lock"), stale);
  const database = await open(home);
  expect(await getServer(database, "npm/none")).toBeUndefined();
  await database.close();
});

test("a long path with odd characters is fine", async () => {
  const home = await temporaryHome(`it's "odd", $(touch x) ${"long".repeat(30)}`);
  const database = await open(home);
  expect(await getServer(database, "npm/none")).toBeUndefined();
  await database.close();
});

test("a data folder of another PostgreSQL is left alone", async () => {
  const home = await temporaryHome();
  await mkdir(path.join(home, "pg"), { recursive: true });
  await writeFile(path.join(home, "pg/PG_VERSION"), "9.6\n");
  const opened = await openDatabase({ home });
  expect(opened).toMatchObject({ ok: false, reason: expect.stringContaining("was made by PostgreSQL 9.6") });
  expect(await readFile(path.join(home, "pg/PG_VERSION"), "utf8")).toBe("9.6\n");
});

test("a folder with something else in it is left alone", async () => {
  const home = await temporaryHome();
  await mkdir(path.join(home, "pg"), { recursive: true });
  await writeFile(path.join(home, "pg/holiday.txt"), "");
  const opened = await openDatabase({ home });
  expect(opened).toMatchObject({
    ok: false,
    reason: expect.stringContaining("is not empty and holds no PostgreSQL"),
  });
});

test("a data folder that cannot be made is one sentence", async () => {
  const home = await temporaryHome();
  await mkdir(path.dirname(home), { recursive: true });
  await writeFile(home, "a file");
  for (const place of [home, path.join(home, "deeper")]) {
    const opened = await openDatabase({ home: place });
    expect(opened).toMatchObject({
      ok: false,
      reason: expect.stringContaining("is a file, or inside one. Set PLACARD_HOME to a folder."),
    });
  }
});
