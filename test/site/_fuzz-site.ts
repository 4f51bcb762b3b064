/** What the fuzzer asks: a catalog of hostile servers, served as a user serves it, and what is in it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { makeServers } from "../../bench/_generate.ts";
import { classify } from "../../classifier/index.ts";
import { storeCrawl } from "../../db/index.ts";
import { startPlacard } from "../cli/_placard.ts";
import { openTestCatalog } from "../database.ts";
import { crawlOf, day } from "../db/_catalog.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import type { Target } from "./_fuzz-requests.ts";
import { SERVERS } from "./_servers.ts";

/** A catalog of everything that hurts, and some two hundred tools more. */
export async function startFuzzSite(): Promise<string> {
  const { database, url } = await openTestCatalog();
  const made = [...makeServers(200)].map(({ id, tools }) => ({
    id,
    tools: tools.map(({ definition }) => definition),
  }));
  for (const at of [1, 2]) {
    for (const { id, tools } of [...SERVERS, OFFICE, POISONED, ...made]) {
      const listed = tools.map((tool) => (at === 1 ? { ...tool, title: "As it was" } : tool));
      const name = id.replace(/^npm\//, "");
      const from = name === id ? {} : { package: { registry: "npm" as const, name, version: `1.0.${at}` } };
      const crawl = crawlOf(listed, { server: id, startedAt: day(at), ...from });
      await storeCrawl(
        database,
        crawl,
        listed.map((tool) => classify(tool)),
      );
    }
  }
  const home = await mkdtemp(path.join(tmpdir(), "placard-fuzz-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const placard = startPlacard(["serve", "--port", "0"], { DATABASE_URL: url, PLACARD_HOME: home });
  await placard.until("Placard is at ");
  return /Placard is at (http:\S+)/.exec(placard.stdout())?.[1] ?? "";
}

/** What there is, by the names of parameters: without it hardly a request would get beyond "not in the catalog". */
export async function knownValues(url: string, targets: readonly Target[]): Promise<Map<string, string[]>> {
  const listed = async (address: string, field: string) => {
    const { items = [] } = (await (await fetch(`${url}${address}`)).json()) as {
      items?: Record<string, string>[];
    };
    return items.map((item) => String(item[field]));
  };
  const servers = await listed("/api/v1/servers?limit=200", "id");
  const cursors = await Promise.all(
    targets
      .filter(({ operation }) => operation.parameters.some(({ name }) => name === "cursor"))
      .map(async ({ path: list }) => {
        const body = (await (await fetch(`${url}${list}?limit=1`)).json()) as {
          nextCursor?: string;
          metadata?: { nextCursor?: string };
        };
        return body.nextCursor ?? body.metadata?.nextCursor ?? "";
      }),
  );
  const registry = (await (await fetch(`${url}/v0.1/servers?limit=100`)).json()) as {
    servers: { server: { name: string; version: string } }[];
  };
  return new Map([
    ["server", servers],
    ["serverName", registry.servers.map(({ server }) => server.name)],
    ["tool", await listed("/api/v1/tools?limit=200", "name")],
    ["rule", await listed("/api/v1/rules", "id")],
    ["slug", await listed("/api/v1/attacks", "slug")],
    ["name", await listed("/api/v1/schemas", "name")],
    ["version", ["latest", ...registry.servers.map(({ server }) => server.version)]],
    ["cursor", cursors.filter((cursor) => cursor !== "")],
  ]);
}
