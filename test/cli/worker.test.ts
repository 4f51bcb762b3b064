import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { absolute } from "../../cli/_crawl-plan.ts";
import { getServer, openDatabase, openQueue } from "../../db/index.ts";
import { createTestDatabase } from "../database.ts";
import { startPlacard } from "./_placard.ts";
import { HOME, placard } from "./_run.ts";

const TOOLS = JSON.stringify([{ name: "read_note", description: "Reads a note." }]);

/** Runs `placard crawl …` on a catalog of the test's own. */
async function onCatalog() {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  return (...args: string[]) => placard(["crawl", ...args], { env: { DATABASE_URL: url } });
}

test("what is queued is crawled by a worker, and left alone while it is fresh", async () => {
  const crawl = await onCatalog();
  const file = path.join(HOME, "notes.json");
  await writeFile(file, TOOLS);
  const source = `file:${file}`;
  const queued = await crawl("--queue", source);
  expect(queued).toMatchObject({ code: 0, stderr: "" });
  expect(queued.stdout).toContain("1 queued, 0 fresh");
  expect((await crawl("--queue", source)).stdout).toContain("1 in the queue already");
  const worked = await crawl("--worker", "--until-empty");
  expect(worked).toMatchObject({ code: 0, stdout: "" });
  expect(worked.stderr).toMatch(/^file\/notes: 1 tool \(\d+\.\d s\)\n$/);
  expect((await crawl("--queue", source)).stdout).toContain("0 queued, 1 fresh");
  expect((await crawl("--queue", "--force", source)).stdout).toContain("1 queued, 0 fresh");
  expect((await crawl("--dead")).stdout).toBe("No crawl was given up.\n");
});

test("a configuration in the home folder is queued from there", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = { DATABASE_URL: url, HOME };
  const servers = {
    notes: { command: process.execPath, args: ["test/servers/good.ts"], cwd: process.cwd() },
  };
  await writeFile(path.join(HOME, "mine.json"), JSON.stringify({ mcpServers: servers }));
  const queued = await placard(["crawl", "--queue", "config:~/mine.json"], { env });
  expect(queued).toMatchObject({ code: 0, stderr: "" });
  expect(queued.stdout).toContain("1 queued");
  const { stderr } = await placard(["crawl", "--worker", "--until-empty"], { env });
  expect(stderr).toMatch(/^local\/notes: \d+ tools? \(/);
  expect(absolute("config:~/mine.json#notes")).toBe("config:~/mine.json#notes");
  expect(absolute("config:mine.json")).toBe(`config:${path.resolve("mine.json")}`);
  expect(absolute("file:notes.json")).toBe(`file:${path.resolve("notes.json")}`);
});

test("a failed crawl of what nobody has seen is not stored by a worker either", async () => {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: HOME, url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const env = { DATABASE_URL: url };
  await placard(["crawl", "--queue", `file:${path.join(HOME, "nothing.json")}`], { env });
  const worker = startPlacard(["crawl", "--worker"], { ...env, PLACARD_HOME: HOME });
  await worker.until("file/nothing: failed");
  worker.child.kill("SIGTERM");
  await worker.exit();
  expect(await getServer(database, "file/nothing")).toBeUndefined();
});

test("a worker that is told to stop gives back what it has begun", async () => {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: HOME, url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  const queue = await openQueue(database);
  onTestFinished(async () => {
    await queue.close();
    await database.close();
    await drop();
  });
  const env = { DATABASE_URL: url, PLACARD_HOME: HOME };
  const hang = ["--name", "hangs", "--", process.execPath, "test/servers/hang.ts"];
  await placard(["crawl", "--queue", ...hang], { env });
  const worker = startPlacard(["crawl", "--worker"], env);
  while ((await queue.counts()).running === 0) await sleep(50);
  worker.child.kill("SIGTERM");
  expect(await worker.exit()).toBe(0);
  expect(await queue.counts()).toEqual({ waiting: 1, running: 0, dead: 0 });
});

test("the queue takes no secrets, and its options are told apart", async () => {
  const crawl = await onCatalog();
  for (const [args, sentence] of [
    [["--queue", "https://mcp.example.com/mcp?token=abc"], "its address has a query"],
    [["--queue", "--", "node", "server.js", "--api-key", "abc"], "looks like a secret"],
    [["--queue", "--env", "KEY=abc", "npm:x"], "--queue takes no --env"],
    [["--queue", "--worker"], "Do one at a time"],
    [["--worker", "npm:x"], "--worker takes no source"],
    [["--worker", "--concurrency", "0"], "--concurrency takes a whole number from 1 to 64"],
    [["--queue"], "crawl needs a source"],
  ] as const) {
    const { code, stderr } = await crawl(...args);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).toContain(sentence);
  }
});

test("a remote that asks to wait is not tried again before", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(429, { "retry-after": "7200" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: HOME, url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  onTestFinished(async () => {
    server.close();
    await database.close();
    await drop();
  });
  const env = { DATABASE_URL: url, PLACARD_HOME: HOME };
  const { port } = server.address() as AddressInfo;
  await placard(["crawl", "--queue", `http://127.0.0.1:${port}/mcp`], { env });
  const worker = startPlacard(["crawl", "--worker"], env);
  await worker.until("it asks to wait 7200 s");
  worker.child.kill("SIGTERM");
  await worker.exit();
  const rows = await database.db.execute<{ hours: number }>(
    sql`select ceil(extract(epoch from start_after - now()) / 3600)::int as hours
      from pgboss.job where state = 'retry'`,
  );
  expect([...rows]).toEqual([{ hours: 2 }]);
});
