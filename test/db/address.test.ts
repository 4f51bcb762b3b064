import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { sql } from "drizzle-orm";
import { expect, inject, onTestFinished, test } from "vitest";
import { connectionFailure, parseAddress } from "../../db/_address.ts";
import { openDatabase } from "../../db/index.ts";
import { createTestDatabase } from "../database.ts";

const SECRET = "hunter2";
const HOME = "/nonexistent";

async function reasonFor(url: string): Promise<string> {
  const opened = await openDatabase({ home: HOME, url, patience: 1500 });
  if (opened.ok) {
    await opened.database.close();
    throw new Error(`${url} opened`);
  }
  expect(opened.reason).not.toContain(SECRET);
  expect(opened.reason).not.toContain("\n");
  return opened.reason;
}

test("an address is read in each of its forms", () => {
  const shown = (text: string) => {
    const parsed = parseAddress(text);
    return parsed.ok ? [parsed.address.host, parsed.address.description] : parsed.reason;
  };
  expect(shown(`postgres://me:${SECRET}@db.example:5433/cat?sslmode=require`)).toEqual([
    undefined,
    "postgres://me@db.example:5433/cat",
  ]);
  expect(shown("postgresql:///cat?host=/run/pg")).toEqual(["/run/pg", "postgresql:///run/pg/cat"]);
  expect(shown("postgres://me@%2Frun%2Fpg/cat")).toEqual(["/run/pg", "postgres://me@/run/pg/cat"]);
  for (const wrong of [
    "",
    "cat",
    "mysql://localhost/cat",
    "postgres://%2Frun%ff/cat",
    `postgres://me:${SECRET}@:x/cat`,
  ]) {
    expect(shown(wrong)).toContain("postgres://user:password@host:5432/database");
  }
});

test("a raw % in the password is explained", () => {
  const parsed = parseAddress(`postgres://me:${SECRET}%zz@db.example/cat`);
  expect(parsed).toMatchObject({ ok: false, reason: expect.stringContaining("%25") });
  expect(JSON.stringify(parsed)).not.toContain(SECRET);
});

test("what keeps a server from being used is one sentence without the password", async () => {
  expect(await reasonFor(`mysql://me:${SECRET}@localhost/cat`)).toContain("Reading DATABASE_URL");
  expect(await reasonFor(`postgres://me:${SECRET}@127.0.0.1:1/cat`)).toBe(
    "Connecting to the database postgres://me@127.0.0.1:1/cat: nothing answers there. Is the server running, and are host and port in DATABASE_URL right?",
  );
  expect(await reasonFor(`postgres:///cat?host=/nonexistent&user=me`)).toContain(
    "there is no unix socket there",
  );
  const missing = new URL(inject("databaseUrl"));
  missing.pathname = "/placard_is_not_there";
  expect(await reasonFor(missing.href)).toContain("the server has no database of that name");
});

test("a program that is no PostgreSQL is one sentence", async () => {
  const server = createServer((socket) => socket.end());
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await reasonFor(`postgres://me:${SECRET}@127.0.0.1:${port}/cat`)).toContain("no answer in time");
});

test("refusals are told apart", () => {
  expect(connectionFailure("D", { code: "28P01", message: "x" })).toContain("refused the password");
  expect(connectionFailure("D", { code: "42501" })).toContain("may not make tables");
  expect(connectionFailure("D", { code: "XX000", message: "odd" })).toBe(
    "Connecting to the database D: odd. Look at DATABASE_URL and at the server's log.",
  );
});

test("a database of a newer Placard is left alone", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const opened = await openDatabase({ home: HOME, url });
  if (!opened.ok) throw new Error(opened.reason);
  await opened.database.db.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`,
  );
  await opened.database.close();
  expect(await reasonFor(url)).toContain("a newer Placard has changed its tables");
});

test("several processes may bring the tables up to date at once", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ home: HOME, url })));
  for (const one of opened) {
    expect(one).toMatchObject({ ok: true });
    if (one.ok) await one.database.close();
  }
});
