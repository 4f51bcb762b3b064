import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../classifier/index.ts";
import { importFile } from "../../cli/_import-file.ts";
import { EXIT, Failure, Interrupted } from "../../cli/failure.ts";
import { catalogStats, type Database, openDatabase } from "../../db/index.ts";
import { createTestDatabase, roleWithoutTemporary } from "../database.ts";
import { fillCatalog } from "../db/_dataset.ts";
import { HOME, placard } from "./_run.ts";

/** A database that is dropped with the test server; empty, or filled. */
async function makeDatabase(fill?: (database: Database) => Promise<void>): Promise<string> {
  const { url } = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  await fill?.(opened.database);
  await opened.database.close();
  return url;
}

let lines: string[];
let full: string;
let empty: string;
let packed: Buffer;
const file = path.join(HOME, "catalog.jsonl.gz");

beforeAll(async () => {
  full = await makeDatabase(fillCatalog);
  empty = await makeDatabase();
  const { stdout, code } = await placard(["export", "--out", file], { env: { DATABASE_URL: full } });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file, counts: { servers: 3, tools: 5 } });
  packed = readFileSync(file);
  lines = gunzipSync(packed).toString("utf8").trimEnd().split("\n");
});

test("what is exported, imported and exported again is the same to the byte", async () => {
  const env = { DATABASE_URL: await makeDatabase() };
  const imported = await placard(["import", file], { env });
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  expect(imported.stdout).toBe(
    `The catalog now has 3 servers and 4 tools, as ${file} says. placard serve shows them.\n`,
  );
  const again = path.join(HOME, "again.jsonl.gz");
  await placard(["export", "--out", again], { env });
  expect(readFileSync(again).equals(packed)).toBe(true);
  const plain = await placard(["export", "--out", "-"], { env });
  expect(plain.stdout).toBe(`${lines.join("\n")}\n`);
  // A second time it is not empty.
  const second = await placard(["import", file], { env });
  expect(second.code).toBe(3);
  expect(second.stderr).toContain("the catalog is not empty, and a dataset is loaded into an empty one only");
});

test("a role that may make no temporary tables imports as any other", async () => {
  const env = { DATABASE_URL: await roleWithoutTemporary(await createTestDatabase()) };
  expect(await placard(["import", file], { env })).toMatchObject({ code: 0, stderr: "" });
  const again = path.join(HOME, "by-another-role.jsonl.gz");
  await placard(["export", "--out", again], { env });
  expect(readFileSync(again).equals(packed)).toBe(true);
});

test("JSON Lines come from standard input too, packed or not", async () => {
  const env = { DATABASE_URL: await makeDatabase() };
  const { code, stdout } = await placard(["import", "-"], { env, stdin: `${lines.join("\n")}\n` });
  expect([code, stdout]).toEqual([
    0,
    "The catalog now has 3 servers and 4 tools, as standard input says. placard serve shows them.\n",
  ]);
});

test("a pipe is waited for, which is said, and read when somebody writes to it", async () => {
  const pipe = path.join(HOME, "pipe");
  execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', pipe]);
  const database = await openDatabase({ home: "/nonexistent", url: await makeDatabase() });
  if (!database.ok) throw new Error(database.reason);
  const said: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const onWait = (notice: string) => {
    said.push(notice);
    waiting.resolve();
  };
  const stop = new AbortController();
  const stopped = importFile(database.database, pipe, process, { signal: stop.signal, onWait });
  await waiting.promise;
  stop.abort(new Interrupted("SIGINT"));
  await expect(stopped).rejects.toBe(stop.signal.reason);
  const { signal } = new AbortController();
  const importing = importFile(database.database, pipe, process, { signal, onWait });
  await writeFile(pipe, packed);
  await importing;
  expect((await catalogStats(database.database)).servers).toBe(3);
  expect(said).toEqual(
    Array(2).fill(expect.stringMatching(/pipe, which is a pipe, as soon as something is/)),
  );
  await database.database.close();
});

test("an export says why it cannot be written", async () => {
  const env = { DATABASE_URL: full };
  const unnamed = await placard(["export", "--out", path.join(HOME, "x.csv")], { env });
  expect([unnamed.code, unnamed.stderr]).toEqual([
    2,
    expect.stringContaining("End it in .jsonl.gz or .parquet"),
  ]);
  const nowhere = await placard(["export", "--out", path.join(HOME, "none/x.parquet")], { env });
  expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining("there is no such folder")]);
});

/** Another line at the place of the first that begins so. */
function changed(start: string, change: (record: Record<string, unknown>) => void): string[] {
  const at = lines.findIndex((line) => line.startsWith(start));
  const record = JSON.parse(lines[at] ?? "") as Record<string, unknown>;
  change(record);
  return lines.with(at, JSON.stringify(record));
}
const place = (start: string): number => lines.findIndex((line) => line.startsWith(start)) + 1;
const textOf = (all: string[]): string => `${all.join("\n")}\n`;
const DEFINITION = '{"kind":"definition"';
const TOOL = '{"kind":"tool"';
const CRAWL = '{"kind":"crawl"';

/** What a file holds, and what must be said of it. */
const HOSTILE: [what: string, content: () => string | Buffer, says: () => string][] = [
  ["an empty file", () => "", () => "line 1: there is nothing in the file"],
  ["another JSON file", () => '{"tools":[]}\n', () => "line 1: this is no dataset of Placard"],
  ["no JSON", () => "# Tools\n", () => "line 1: this is no dataset of Placard"],
  ["a Parquet file", () => "PAR1....", () => "line 1: this is Parquet"],
  [
    "a newer form",
    () => textOf(lines.with(0, '{"kind":"dataset","version":2}')),
    () => "line 1: records have the form 2, and this Placard reads form 1",
  ],
  ["a truncated gzip file", () => packed.subarray(0, packed.length - 9), () => "the file ends in the middle"],
  [
    "a gzip file with a flipped bit",
    () => Buffer.from(packed.map((byte, at) => (at === packed.length - 6 ? byte ^ 1 : byte))),
    () => "it cannot be unpacked (gzip: incorrect data check)",
  ],
  [
    "a gzip bomb",
    () =>
      gzipSync(
        Buffer.concat([Buffer.from('{"kind":"dataset","version":1}\n'), Buffer.alloc(80 * 2 ** 20, 32)]),
      ),
    () => "line 2: it is longer than 64 MiB",
  ],
  [
    "lines that were cut off",
    () => textOf(lines.slice(0, -1)),
    () => `line ${lines.length - 1}: the file ends behind it`,
  ],
  ["a line in the middle that is cut", () => lines.join("\n").slice(0, 3_000), () => "it is not JSON"],
  ["an empty line", () => textOf(lines.toSpliced(3, 0, "")), () => "line 4: it is not JSON"],
  [
    "no UTF-8",
    () => Buffer.concat([Buffer.from(`${lines[0]}\n`), Buffer.from([0xff, 0xfe, 10])]),
    () => "line 2: it is not UTF-8",
  ],
  [
    "a row that stands there twice",
    () => textOf(lines.toSpliced(place(TOOL), 0, lines[place(TOOL) - 1] ?? "")),
    () => `line ${place(TOOL) + 1}: the tool before it is the same one: a row stands there twice`,
  ],
  [
    "rows out of order",
    () => textOf(lines.with(1, lines[2] ?? "").with(2, lines[1] ?? "")),
    () => "line 3: the definition before it belongs behind it",
  ],
  [
    "kinds out of order",
    () => textOf(lines.toSpliced(place(TOOL), 0, lines[place(CRAWL) - 1] ?? "")),
    () => `line ${place(TOOL) + 1}: a crawl stands behind a tool`,
  ],
  [
    "a definition that was changed",
    () =>
      textOf(
        changed(DEFINITION, (record) => {
          (record.definition as Record<string, unknown>).description = "Harmless.";
        }),
      ),
    () => "line 2: its definition has the digest sha256:",
  ],
  [
    "a verdict on something else",
    () =>
      textOf(
        changed(DEFINITION, (record) => {
          for (const verdict of record.verdicts as { digest: string }[])
            verdict.digest = digestOf({ name: "x" });
        }),
      ),
    () => "line 2: a verdict is on another definition",
  ],
  [
    "a verdict with a field that nobody knows",
    () =>
      textOf(
        changed(DEFINITION, (record) => {
          for (const verdict of record.verdicts as object[]) Object.assign(verdict, { safe: true });
        }),
      ),
    () => "line 2: a verdict has a field that is none",
  ],
  [
    "a risk that there is none of",
    () =>
      textOf(
        changed(DEFINITION, (record) => {
          for (const verdict of record.verdicts as object[]) Object.assign(verdict, { risk: "none" });
        }),
      ),
    () => "line 2: its verdicts.0.risk can't be taken",
  ],
  [
    "a field that nobody knows",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { risk: "low" }))),
    () => `line ${place(TOOL)}: it has a field "risk", which is none`,
  ],
  [
    "a kind that nobody knows",
    () => textOf(lines.toSpliced(1, 0, '{"kind":"toString"}')),
    () => 'line 2: its kind is "toString", which is none',
  ],
  [
    "a tool whose definition is not there",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { digest: `sha256:${"0".repeat(64)}` }))),
    () => `line ${place(TOOL)}: its definition sha256:000`,
  ],
  [
    "a tool of another name than its definition",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { name: "a" }))),
    () => `line ${place(TOOL)}: the definition sha256:`,
  ],
  [
    "a tool whose verdict is not there",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { rules: "none" }))),
    () => `line ${place(TOOL)}: its definition has no verdict by the rules none`,
  ],
  [
    "a tool of a crawl that is not there",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { crawl: 4_000 }))),
    () => `line ${place(TOOL)}: the file has no crawl 4000 of its server`,
  ],
  [
    "a crawl of a server that is not there",
    () => textOf(changed(CRAWL, (record) => Object.assign(record, { server: "npm/none" }))),
    () => `line ${place(CRAWL)}: its server "npm/none" is not in the file`,
  ],
  [
    "a server whose crawl is not there",
    () => textOf(changed('{"kind":"server"', (record) => Object.assign(record, { lastCrawl: 4_000 }))),
    () => "a crawl of the server",
  ],
  [
    "a text that no database holds",
    () => textOf(changed('{"kind":"server"', (record) => Object.assign(record, { source: "a\0b" }))),
    () => "its source has characters in it that no database holds",
  ],
  [
    "a number that no database holds",
    () => textOf(changed(TOOL, (record) => Object.assign(record, { position: 2 ** 40 }))),
    () => `line ${place(TOOL)}: up to line`,
  ],
  [
    "counts that are not those of the file",
    () => textOf(changed('{"kind":"end"', (record) => Object.assign(record, { tools: 6 }))),
    () => `line ${lines.length}: it counts 6 tools, and the file has 5`,
  ],
  [
    "something behind the end",
    () => `${textOf(lines)}{}\n`,
    () => `line ${lines.length + 1}: something stands behind`,
  ],
];

describe("a file that cannot be taken is refused with its line, and the catalog stays empty", () => {
  let database: Database;
  beforeAll(async () => {
    const opened = await openDatabase({ home: "/nonexistent", url: empty });
    if (!opened.ok) throw new Error(opened.reason);
    database = opened.database;
  });
  afterAll(() => database?.close());
  const { signal } = new AbortController();

  test.each(HOSTILE)("%s", async (_what, content, says) => {
    const bad = path.join(HOME, "bad");
    writeFileSync(bad, content());
    const refused = await importFile(database, bad, process, { signal }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    const { message, code } = refused as Failure;
    expect(code).toBe(EXIT.failure);
    expect(message).toContain(`importing ${bad}: `);
    expect(message).toContain(says());
    expect(message.split("\n")).toHaveLength(1);
    expect(message).toMatch(/Nothing was imported\.$/);
  });

  test.each([
    ["nothing", 0],
    ["half of a file", 1_000],
  ])("a signal ends the wait for input behind %s", async (_what, bytes) => {
    const stalled = new AbortController();
    const stdin = new PassThrough();
    if (bytes > 0) stdin.write(packed.subarray(0, bytes));
    const io = { stdin: stdin as unknown as NodeJS.ReadStream };
    const importing = importFile(database, "-", io, { signal: stalled.signal });
    await Promise.race([importing, sleep(100)]);
    stalled.abort(new Interrupted("SIGINT"));
    await expect(importing).rejects.toBe(stalled.signal.reason);
  });

  test("so the whole file can still be imported", async () => {
    await importFile(database, file, process, { signal });
    expect((await catalogStats(database)).servers).toBe(3);
  });
});

test.each([
  ["none.jsonl.gz", "there is no such file"],
  ["https://catalog.example/api/v1/export.jsonl.gz", "Fetch it first"],
  [HOME, "that is a folder"],
  ["/dev/null", "that is neither a file nor a pipe"],
])("what is no file is said: %s", async (name, says) => {
  const env = { DATABASE_URL: await makeDatabase() };
  const { code, stdout, stderr } = await placard(["import", name], { env });
  expect([code, stdout, stderr]).toEqual([3, "", expect.stringContaining(says)]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("a file that is not there is said before the catalog is looked at", async () => {
  const { code, stderr } = await placard(["import", "none.jsonl.gz"], { env: { DATABASE_URL: full } });
  expect([code, stderr]).toEqual([3, expect.stringContaining("there is no such file")]);
});
