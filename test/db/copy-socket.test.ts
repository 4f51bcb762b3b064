import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { copyConnection } from "../../db/_copy-socket.ts";
import { type Database, openDatabase, withSnapshot } from "../../db/index.ts";
import { openTestCatalog } from "../database.ts";
import { fillCatalog, linesOf } from "./_dataset.ts";

const never = new AbortController().signal;

/** How a server's answers reach the client. */
type Pass = (from: Socket, to: Socket) => void;

/** The catalog behind a proxy on a port of this machine, which passes the server's answers on as it is told. */
async function behindProxy(pass: Pass, hosts = "127.0.0.1") {
  const { database, url } = await openTestCatalog();
  await fillCatalog(database);
  const { path, host, port } = database.db.$client.options;
  const server = createServer((client) => {
    const real = path ? connect(path) : connect(port[0] ?? 5432, host[0] ?? "localhost");
    for (const [one, other] of [
      [client, real],
      [real, client],
    ] as const)
      one.on("error", () => {}).on("close", () => other.destroy());
    client.pipe(real);
    pass(real, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address() as { port: number };
  const { username, pathname } = new URL(url);
  const address = `postgres://${username}@${hosts}:${taken}${pathname}`;
  const opened = await openDatabase({ home: "/nonexistent", url: address });
  if (!opened.ok) throw new Error(opened.reason);
  onTestFinished(async () => {
    await opened.database.close();
    server.close();
  });
  return { database, proxied: opened.database };
}

const whole: Pass = (from, to) => void from.pipe(to);

test.each([1, 2, 3, 4, 5, 6, 7, 64, 1000])("answers that come in pieces of %i bytes", async (size) => {
  const pieces: Pass = (from, to) =>
    from.on("data", (chunk) => {
      to.setNoDelay();
      for (let at = 0; at < chunk.length; at += size) to.write(chunk.subarray(at, at + size));
    });
  const { database, proxied } = await behindProxy(pieces);
  expect(await linesOf(proxied)).toBe(await linesOf(database));
});

test("where the driver makes the socket, rows come through its stream: the same ones", async () => {
  const { database, proxied } = await behindProxy(whole, "127.0.0.1,127.0.0.1");
  const { sql, rows } = copyConnection(proxied.db.$client);
  await sql.end();
  expect(rows).toBeUndefined();
  expect(await linesOf(proxied)).toBe(await linesOf(database));
});

test("a server that goes away in the middle of rows", async () => {
  let left = Number.POSITIVE_INFINITY;
  const { proxied } = await behindProxy((from, to) => {
    from.on("data", (chunk) => {
      left -= chunk.length;
      if (left < 0) from.destroy();
      else to.write(chunk);
    });
  });
  const read = withSnapshot(proxied, never, async (snapshot) => {
    left = 3_000;
    for (;;) for await (const _ of snapshot.lines("definition")) void _;
  });
  await expect(read).rejects.toThrow(/CONNECTION_CLOSED|ECONNRESET/);
});

test("a COPY that fails on its way says why, and the connection is good for the next one", async () => {
  const { database } = await openTestCatalog();
  const { sql, rows } = copyConnection(database.db.$client);
  onTestFinished(() => sql.end());
  let bytes = 0;
  rows?.to((chunk) => {
    bytes += chunk.length;
  });
  const copy = async (to: number) => {
    const query = `copy (select 10000 / (5000 - n) from generate_series(1, ${to}) as n) to stdout`;
    const stream = await sql.unsafe(query).readable();
    stream.resume();
    await once(stream, "close");
    if (stream.errored) throw stream.errored;
  };
  await expect(copy(10_000)).rejects.toThrow("division by zero");
  bytes = 0;
  await copy(3);
  expect(bytes).toBe("2\n2\n2\n".length);
});

test("who is slow stops the server, and is given every row", async () => {
  const { database } = await openTestCatalog();
  const count = 400_000;
  const sent = await sentWhile(database, count);
  expect(sent.before).toBeLessThan(sent.after);
  expect(sent.after).toBe(19 + count * (2 + 4 + 60) + 2);
});

/** Bytes of a COPY that came while its reader had stopped, and in all. */
async function sentWhile(database: Database, count: number): Promise<{ before: number; after: number }> {
  const { sql, rows } = copyConnection(database.db.$client);
  onTestFinished(() => sql.end());
  if (!rows) throw new Error("The tests' server is reached without TLS.");
  let bytes = 0;
  const full = Promise.withResolvers<void>();
  rows.to((chunk) => {
    bytes += chunk.length;
    if (bytes < 2 ** 20) return;
    rows.pause();
    full.resolve();
  });
  const query = `copy (select repeat('a', 60) from generate_series(1, ${count})) to stdout (format binary)`;
  const stream = await sql.unsafe(query).readable();
  stream.resume();
  await full.promise;
  // Another connection's answer comes later than all that is under way.
  await database.db.$client`select pg_sleep(0.2)`;
  const before = bytes;
  rows.to((chunk) => {
    bytes += chunk.length;
  });
  rows.resume();
  await once(stream, "close");
  return { before, after: bytes };
}
