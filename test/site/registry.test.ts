import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { classify, fromRiskMetadata, type ToolDefinition } from "../../classifier/index.ts";
import { type CrawlResult, crawl, DEFAULT_LIMITS, parseSource } from "../../crawler/index.ts";
import type { ListedReference } from "../../crawler/types.ts";
import { type Database, openDatabase, storeCrawl } from "../../db/index.ts";
import { registryEntrySchema, registryListSchema } from "../../site/src/api/registry-types.ts";
import { catalogOf } from "../../site/src/lib/catalog.ts";
import { temporaryHome } from "../crawler/_crawl.ts";
import { closeAll, listen, reply } from "../crawler/_remote.ts";
import { createTestDatabase, openTestDatabase } from "../database.ts";
import { crawlOf, day } from "../db/_catalog.ts";
import { entryShape, listShape } from "./_registry-shape.ts";
import { type SiteServer, startSite } from "./_server.ts";

const OFFICIAL = "io.modelcontextprotocol.registry/official";
const OURS = "org.placard/verdicts";
const UPSTREAM = "https://registry.example.com";
const READ: ToolDefinition = { name: "list_colours", description: "Lists the colours there are." };
const WIPE: ToolDefinition = { name: "delete_all", description: "Deletes all colours for good." };

/** When a crawl of that day ended. */
const ended = (number: number): string => new Date(Date.parse(day(number)) + 1_200).toISOString();
const npm = (name: string, version: string, more: Partial<CrawlResult> = {}): Partial<CrawlResult> => ({
  server: `npm/${name}`,
  source: `npm:${name}@${version}`,
  package: { registry: "npm", name, version },
  serverInfo: { name: "colours", version: "0" },
  ...more,
});
const listed = (name: string, version: string, more: Partial<CrawlResult> = {}): Partial<CrawlResult> => ({
  server: `registry/${name}`,
  source: `registry:${UPSTREAM}#${name}@${version}`,
  registryEntry: { registry: UPSTREAM, name, version, status: "active", updatedAt: day(1) },
  ...more,
});

let site: SiteServer;
let close: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  await storeAll(database);
  site = await startSite(catalogOf({ database }));
  close = async () => {
    await site.close();
    await database.close();
    await drop();
  };
});
afterAll(() => close?.());

async function storeIn(
  database: Database,
  changes: Partial<CrawlResult>,
  tools: ToolDefinition[] = [READ],
): Promise<void> {
  const crawl = crawlOf(changes.status && changes.status !== "ok" ? [] : tools, changes);
  await storeCrawl(
    database,
    crawl,
    crawl.tools.map((tool) => classify(tool)),
  );
}

/** A catalog with one of everything. */
async function storeAll(database: Database): Promise<void> {
  const store = storeIn.bind(undefined, database);
  await store(npm("@example/colours", "1.0.0", { startedAt: day(1) }));
  await store(npm("@example/colours", "1.1.0", { startedAt: day(5) }), [READ, WIPE]);
  await store(npm("plain_name", "2.0.0", { startedAt: day(2) }));
  await store({
    server: "remote/mcp.example.com/a/b",
    source: "https://mcp.example.com/a/b",
    serverInfo: {
      name: "far",
      title: " A  title ",
      version: "3",
      description: "Far away. ".repeat(30),
      websiteUrl: "javascript:0",
    },
    launch: { transport: "http", url: "https://mcp.example.com/a/b", clientCapabilities: {} },
    startedAt: day(3),
  });
  await store({
    server: "oci/ghcr.io/example/box",
    source: "oci:ghcr.io/example/box:1.2",
    package: { registry: "oci", name: "ghcr.io/example/box", version: `sha256:${"a".repeat(64)}` },
    startedAt: day(3),
  });
  await store(
    listed("io.example/notes", "1.0.0", {
      startedAt: day(3),
      package: { registry: "pypi", name: "notes", version: "1.0.1" },
    }),
  );
  await store(
    listed("io.example/old", "0.1.0", {
      startedAt: day(3),
      registryEntry: {
        registry: UPSTREAM,
        name: "io.example/old",
        version: "0.1.0",
        status: "deprecated",
        message: "Use notes.",
      },
    }),
  );
  await store(
    listed("io.example/broken", "0.0.1", {
      status: "failed",
      reason: "It ended at once.",
      startedAt: day(3),
    }),
  );
  await store(listed("io.example/spam", "6.6.6", { startedAt: day(3) }));
  await store(
    listed("io.example/spam", "6.6.6", {
      status: "skipped",
      reason: "Gone.",
      withdrawn: "deleted",
      startedAt: day(8),
      registryEntry: {
        registry: UPSTREAM,
        name: "io.example/spam",
        version: "6.6.6",
        status: "deleted",
        message: "spam",
      },
    }),
  );
  // Not for others: a file, a server of this machine, an impostor with a name of ours, and one without any version.
  await store({ server: "file/tools", source: "file:tools.json", serverInfo: { version: "1" } });
  await store({ server: "local/mine", source: "-- node mine.js", serverInfo: { version: "1" } });
  await store(listed("org.placard.npm/plain_5fname", "9.9.9"));
  await store({ server: "remote/nameless.example.com", source: "https://nameless.example.com" });
  await store({
    server: "remote/vague.example.com",
    source: "https://vague.example.com",
    serverInfo: { version: "latest" },
  });
}
const NAMES = [
  "org.placard.npm/_40example__colours",
  "org.placard.npm/plain_5fname",
  "org.placard.oci/ghcr.io__example__box",
  "io.example/broken",
  "io.example/notes",
  "io.example/old",
  "org.placard.remote/mcp.example.com__a__b",
];

const get = (path: string) => fetch(site.url + path);
async function list(query = "") {
  const answer = await get(`/v0.1/servers${query}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const body: unknown = await answer.json();
  listShape.parse(body);
  return registryListSchema.parse(body);
}
const names = ({ servers }: Awaited<ReturnType<typeof list>>) => servers.map(({ server }) => server.name);
async function one(name: string, version: string, query = "") {
  const path = `/v0.1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}${query}`;
  const answer = await get(path);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const body: unknown = await answer.json();
  entryShape.parse(body);
  return registryEntrySchema.parse(body);
}

describe("the list", () => {
  test("has every server that others can reach, in the shape of the official registry", async () => {
    const all = await list();
    expect(names(all)).toEqual(NAMES);
    expect(all.metadata).toEqual({ count: NAMES.length });
    const of = (name: string) => all.servers.find(({ server }) => server.name === name);
    expect(of("org.placard.npm/_40example__colours")).toMatchObject({
      server: {
        description: "An MCP server with 2 tools.",
        version: "1.1.0",
        packages: [
          {
            registryType: "npm",
            identifier: "@example/colours",
            version: "1.1.0",
            transport: { type: "stdio" },
          },
        ],
      },
      _meta: {
        [OFFICIAL]: { status: "active", publishedAt: day(1), updatedAt: ended(5), isLatest: true },
        [OURS]: {
          url: `${site.url}/servers/npm/@example/colours`,
          id: "npm/@example/colours",
          toolCount: 2,
          byCategory: { Read: 1, Destructive: 1 },
        },
      },
    });
    const far = of("org.placard.remote/mcp.example.com__a__b")?.server;
    expect(far).toMatchObject({
      title: "A title",
      remotes: [{ type: "streamable-http", url: "https://mcp.example.com/a/b" }],
    });
    expect(far?.description).toMatch(/^Far away\. .{80,}…$/);
    expect(far).not.toHaveProperty("websiteUrl");
    expect(of("org.placard.oci/ghcr.io__example__box")?.server.packages).toEqual([
      { registryType: "oci", identifier: "ghcr.io/example/box:1.2", transport: { type: "stdio" } },
    ]);
    expect(of("io.example/notes")).toMatchObject({
      server: {
        version: "1.0.0",
        packages: [{ registryType: "pypi", identifier: "notes", version: "1.0.1" }],
      },
      _meta: { [OURS]: { upstream: { registry: UPSTREAM, status: "active", updatedAt: day(1) } } },
    });
    expect(of("io.example/old")?._meta[OFFICIAL]).toMatchObject({
      status: "deprecated",
      statusMessage: "Use notes.",
    });
    expect(of("io.example/broken")).toMatchObject({
      server: { description: "An MCP server whose list of tools could not be read." },
      _meta: { [OURS]: { status: "failed", toolCount: 0 } },
    });
    expect(of("io.example/broken")?._meta[OURS]).not.toHaveProperty("crawledAt");
  });

  test("is walked page by page, each entry once", async () => {
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(`?limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`);
      walked.push(...names(page));
      cursor = page.metadata.nextCursor;
    } while (cursor !== undefined);
    expect(walked).toEqual(NAMES);
  });

  test("is searched by parts of names, and by version", async () => {
    expect(names(await list("?search=COLOUR"))).toEqual(["org.placard.npm/_40example__colours"]);
    expect(names(await list("?search=org.placard.npm/plain_5f"))).toEqual(["org.placard.npm/plain_5fname"]);
    expect(names(await list("?search=io.example/n"))).toEqual(["io.example/notes"]);
    // No pattern of the database's.
    expect(names(await list("?search=%25"))).toEqual([]);
    expect(names(await list("?version=latest"))).toEqual(NAMES);
    expect(names(await list("?version=1.1.0"))).toEqual(["org.placard.npm/_40example__colours"]);
    // The entry's version, not that of the package in it.
    expect(names(await list("?version=1.0.0"))).toEqual(["io.example/notes"]);
    expect(names(await list("?version=1.0.1"))).toEqual([]);
  });

  test("says of what is deleted no more than that, and only where it is asked for", async () => {
    const tombstone = {
      server: { name: "io.example/spam", description: "Deleted.", version: "6.6.6" },
      _meta: {
        [OFFICIAL]: {
          status: "deleted",
          statusMessage: "spam",
          publishedAt: day(3),
          updatedAt: ended(8),
          isLatest: true,
        },
      },
    };
    const all = await list("?include_deleted=true");
    expect(all.servers).toHaveLength(NAMES.length + 1);
    expect(all.servers).toContainEqual(tombstone);
    const since = await list(`?updated_since=${day(5)}`);
    expect(names(since)).toEqual(["org.placard.npm/_40example__colours", "io.example/spam"]);
    expect(names(await list(`?updated_since=${ended(5)}`))).toHaveLength(2);
    expect(names(await list("?updated_since=0000-01-01"))).toHaveLength(NAMES.length + 1);
    expect((await get("/v0.1/servers/io.example%2Fspam/versions/latest")).status).toBe(404);
    expect(await one("io.example/spam", "latest", "?include_deleted=true")).toEqual(tombstone);
  });

  test("refuses what it does not know, and names the parameter", async () => {
    for (const [query, parameter] of [
      ["?limit=101", "limit"],
      ["?limit=many", "limit"],
      ["?cursor=bm9uc2Vuc2U", "cursor"],
      ["?updated_since=yesterday", "updated_since"],
      ["?include_deleted=perhaps", "include_deleted"],
      ["?page=2", "page"],
    ]) {
      const answer = await get(`/v0.1/servers${query}`);
      expect(answer.status, query).toBe(400);
      expect(await answer.json()).toMatchObject({ parameter });
    }
  });
});

describe("versions", () => {
  test("are those that were crawled, newest first", async () => {
    const answer = await get("/v0.1/servers/org.placard.npm%2F_40example__colours/versions");
    const { servers, metadata } = listShape.parse(await answer.json());
    expect(metadata).toEqual({ count: 2 });
    expect(servers.map(({ server, _meta }) => [server.version, _meta[OFFICIAL].isLatest])).toEqual([
      ["1.1.0", true],
      ["1.0.0", false],
    ]);
  });

  test("carry a verdict on each tool they had, from which ours comes back whole", async () => {
    const name = "org.placard.npm/_40example__colours";
    const newest = await one(name, "latest");
    expect(newest).toEqual(await one(name, "1.1.0"));
    const tools = newest._meta[OURS]?.tools ?? [];
    expect(tools.map((tool) => tool.name)).toEqual(["list_colours", "delete_all"]);
    const { digest, category, risk, confidence, facets, reversible, reach, rules } = classify(WIPE);
    expect(tools[1]).toMatchObject({
      url: `${site.url}/tools/npm/@example/colours/delete_all`,
      riskMetadata: { annotations: { riskLevel: risk, category: "destroy", reversibility: "none" } },
      hints: { readOnlyHint: false, destructiveHint: true },
      lost: expect.arrayContaining([{ field: "reach", why: expect.any(String) }]),
    });
    expect(tools[1] && fromRiskMetadata(tools[1].riskMetadata)).toEqual({
      ...{ digest, category, risk, confidence, facets, reversible, reach, rules },
    });

    const older = await one(name, "1.0.0");
    expect(older._meta[OFFICIAL].isLatest).toBe(false);
    expect(older.server).toMatchObject({
      description: "An MCP server with 1 tool.",
      packages: [{ version: "1.0.0" }],
    });
    expect(older._meta[OURS]).toMatchObject({
      crawledAt: day(1),
      toolCount: 1,
      byCategory: { Read: 1, Destructive: 0 },
    });
    expect(older._meta[OURS]?.tools?.map((tool) => tool.name)).toEqual(["list_colours"]);
  });

  test("are found by a name with a plain slash too; what is not there is a 404", async () => {
    expect((await get("/v0.1/servers/io.example/notes/versions/1.0.0")).status).toBe(200);
    for (const path of [
      "io.example%2Fnotes/versions/9.9.9",
      "io.example%2Fnobody/versions/latest",
      "io.example%2Fnobody/versions",
      "org.placard.file%2Ftools/versions/latest",
      "org.placard.local%2Fmine/versions/latest",
      "org.placard.npm%2Fplain_5Fname/versions/latest",
      "org.placard.npm%2F_/versions/latest",
      "io.example%2Fnotes",
      "io.example%2Fnotes/versions/1.0.0/status",
      "io.example%2Fnotes%00/versions/latest",
    ]) {
      const answer = await get(`/v0.1/servers/${path}`);
      expect(answer.status, path).toBe(404);
      expect(answer.headers.get("content-type"), path).toContain("application/problem+json");
    }
  });

  test("a name that is not percent-encoded UTF-8 is a bad request", async () => {
    const answer = await get("/v0.1/servers/%E0%A4%A/versions");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("percent-encoded") });
  });

  test("what is no name is told as it was asked for", async () => {
    const answer = await get("/v0.1/servers/no%20name/versions");
    expect(await answer.json()).toMatchObject({ status: 404, detail: expect.stringContaining('"no name"') });
  });
});

test("the page about it has what the mapping says, field by field", async () => {
  const html = await (await get("/docs/registry")).text();
  const text = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  expect(text).toContain(`${site.url}/v0.1/servers answers in the shape`);
  for (const row of [
    "Our risk riskLevel approvalRecommendation minTrustLevel unknown left out single left out low low none 1",
    "critical critical single 4",
    "Execute mutate manual",
    "no destroy none 3",
    "machine cluster",
    "reversible no: destructiveHint does not say whether it can be undone.",
  ])
    expect(text).toContain(row);
  expect(await (await get("/docs")).text()).toContain('href="/docs/registry"');
});

test("our own crawler reads it: every entry, and a remote behind it", async () => {
  const database = await openTestDatabase();
  await storeAll(database);
  const url = await listen(reply);
  onTestFinished(closeAll);
  const near = { launch: { transport: "http" as const, url, clientCapabilities: {} } };
  // Remotes on this machine are listed where a registry lists them, and not by themselves.
  const mine = "io.example/near";
  await storeIn(database, listed(mine, "1", near));
  await storeIn(database, {
    server: `remote/${new URL(url).host}/mcp`,
    source: url,
    serverInfo: { name: "nearer", version: "1" },
    ...near,
  });
  const own = await startSite(catalogOf({ database }));
  onTestFinished(() => own.close());
  const source = parseSource(`registry:${own.url}`);
  if (!source.ok) throw new Error(source.reason);
  const home = temporaryHome();
  const context = {
    home,
    signal: AbortSignal.timeout(30_000),
    onStage: () => {},
    limits: DEFAULT_LIMITS,
    network: true,
    environment: {},
    unsafeNoSandbox: false,
  };
  const references: ListedReference[] = [];
  for await (const reference of source.source.list(context)) references.push(reference);
  expect(references.map(({ server }) => server).toSorted()).toEqual(
    [...NAMES, "io.example/spam", mine].map((name) => `registry/${name}`).toSorted(),
  );
  expect(references.find(({ server }) => server.endsWith("colours"))).toMatchObject({
    source: `registry:${own.url}#org.placard.npm/_40example__colours@1.1.0`,
    updatedAt: ended(5),
  });
  const single = parseSource(`registry:${own.url}#${mine}`);
  if (!single.ok) throw new Error(single.reason);
  for await (const result of crawl(single.source, { home })) {
    expect(result).toMatchObject({
      server: `registry/${mine}`,
      status: "ok",
      registryEntry: { name: mine, version: "1" },
    });
    expect(result.tools.map(({ name }) => name)).toEqual(["first", "second"]);
  }
});
