import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listServers, openDatabase } from "../../db/index.ts";
import { createTestDatabase } from "../database.ts";
import { placard } from "./_run.ts";
import { startSimulator, syncRegistry } from "./_sync.ts";

test("a registry is synced through the queue, and the second time only what changed is fetched", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "placard-sync-"));
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home, url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  const simulator = await startSimulator(300, 20);
  onTestFinished(async () => {
    simulator.close();
    await database.close();
    await drop();
    await rm(home, { recursive: true, force: true });
  });
  const options = { database, url, home, concurrency: 4, signal: new AbortController().signal };
  const first = await syncRegistry(simulator.url, options);
  expect(first.said).toMatch(/^300 queued, 0 fresh .*\nThe newest change in registry:/);
  expect(first).toMatchObject({
    registry: { pages: 3, listed: 300, live: 20 },
    updatedSince: "2026-11-01T00:00:00.299Z",
    outcomes: { ok: 20, "skipped: package npm needs configuration": expect.any(Number) },
    left: { waiting: 0, running: 0, dead: 0 },
  });
  expect(Object.values(first.outcomes).reduce((sum, count) => sum + count)).toBe(300);
  expect(Object.keys(first.outcomes)).toHaveLength(6);
  const { items } = await listServers(database, { limit: 1 });
  expect(items[0]?.id).toMatch(/^registry\/io\.example\/server-/);

  await simulator.change(10);
  const second = await syncRegistry(simulator.url, options, first.updatedSince);
  expect(second.said).toMatch(/^10 queued, 0 fresh/);
  expect(second.registry).toMatchObject({ listed: 10, live: 2 });
  expect(second.outcomes.ok).toBe(2);
  expect(Object.values(second.outcomes).reduce((sum, count) => sum + count)).toBe(10);

  // Nothing changed since: the registry lists nothing. Without the time it lists all, and nothing is asked: the good ones
  // are fresh, and the others would be skipped as before.
  const third = await syncRegistry(simulator.url, options, second.updatedSince);
  expect(third).toMatchObject({ registry: { listed: 0, live: 0 }, outcomes: {} });
  const whole = await syncRegistry(simulator.url, options);
  expect(whole.said).toMatch(/^0 queued, 20 fresh .* 280 left alone too: skipped before/);
  expect(whole).toMatchObject({ registry: { listed: 300, live: 0 }, outcomes: {} });

  await simulator.change(5);
  const changed = await syncRegistry(simulator.url, options);
  expect(changed.said).toMatch(/^5 queued, 19 fresh .* 276 left alone too/);
  expect(changed.registry).toMatchObject({ listed: 300, live: 1 });
}, 120_000);

test("after a list that broke off, no time is named for the next sync", async () => {
  const { url, drop } = await createTestDatabase();
  const registry = createServer((request, response) => {
    if (request.url?.includes("cursor=")) return void response.writeHead(400).end();
    const server = { name: "io.example/first", version: "1.0.0" };
    const meta = { status: "active", updatedAt: "2026-11-01T00:00:00Z", isLatest: true };
    const entry = { server, _meta: { "io.modelcontextprotocol.registry/official": meta } };
    response.end(JSON.stringify({ servers: [entry], metadata: { nextCursor: "more" } }));
  });
  onTestFinished(async () => {
    registry.close();
    await drop();
  });
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
  const { port } = registry.address() as AddressInfo;
  const source = `registry:http://127.0.0.1:${port}`;
  const { code, stdout, stderr } = await placard(["crawl", "--queue", source], {
    env: { DATABASE_URL: url },
  });
  expect(code).toBe(3);
  expect(stderr).toBe(`placard: Listing ${source} (page 2): the registry answered with HTTP 400.\n`);
  // What could be listed is queued; what stands for the rest is no server.
  expect(stdout).toMatch(/^1 queued, /);
  expect(stdout).toContain(`The list of ${source} broke off: list it from the same time again.`);
  expect(stdout).not.toContain("--updated-since");
});
