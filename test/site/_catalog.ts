import { CATEGORIES, classify, FACETS, RISKS, type ToolDefinition } from "../../classifier/index.ts";
import { noCounts } from "../../classifier/record.ts";
import type { RegistryRow } from "../../db/registry.ts";
import type {
  ChangeRow,
  Page,
  Progress,
  ServerDetail,
  ServerRow,
  ServerTool,
  ToolDetail,
} from "../../db/types.ts";
import type { Catalog } from "../../site/src/lib/catalog.ts";

export interface FakeServer {
  id: string;
  tools: ToolDefinition[];
  detail?: Partial<ServerDetail>;
}

const SEEN = "2026-11-22T20:00:00.000Z";

/** A catalog in memory, for pages: verdicts are the classifier's, the rest is what a crawl could have said. */
export function fakeCatalog(servers: FakeServer[], progress?: Progress, changes: ChangeRow[] = []): Catalog {
  const tools = servers.flatMap((server) => server.tools.map((definition) => toolOf(server, definition)));
  const of = (id: string) => tools.filter((tool) => tool.server === id);
  const details = servers.map((server) => serverOf(server, of(server.id)));
  return {
    servers: async (options = {}) => pageOf(details as ServerRow[], options),
    server: async (id) => details.find((server) => server.id === id),
    serverTools: async (id) => of(id) as ServerTool[],
    tool: async (server, name) => of(server).find((tool) => tool.name === name),
    similar: async ({ server, name, digest }) => {
      const others = tools.filter((tool) => tool.server !== server && !tool.goneSince);
      const same = others.filter((tool) => tool.digest === digest);
      const named = others.filter((tool) => tool.name === name && tool.digest !== digest);
      return { same: { items: same, count: same.length }, named, near: [] };
    },
    tools: async (filter = {}) => {
      const words = (filter.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      const found = tools
        .filter((tool) => filter.gone === true || (filter.gone === "only") === Boolean(tool.goneSince))
        .filter((tool) => !filter.server || tool.server === filter.server)
        .filter((tool) => !filter.category || [filter.category].flat().includes(tool.category))
        .filter((tool) => !filter.risk || [filter.risk].flat().includes(tool.risk))
        .filter((tool) => !filter.facet || [filter.facet].flat().some((facet) => tool.facets.includes(facet)))
        .filter(
          ({ verdict }) =>
            !filter.finding || verdict.findings.some(({ id }) => [filter.finding].flat().includes(id)),
        )
        .filter(
          ({ verdict }) =>
            !filter.rule || verdict.evidence.some(({ rule }) => [filter.rule].flat().includes(rule)),
        )
        .filter((tool) => words.every((word) => JSON.stringify(tool.definition).toLowerCase().includes(word)))
        .sort((a, b) => RISKS.indexOf(b.risk) - RISKS.indexOf(a.risk));
      return pageOf(found, filter);
    },
    changes: async (filter = {}) =>
      pageOf(
        changes
          .filter((change) => filter.server === undefined || change.server === filter.server)
          .filter((change) => filter.tool === undefined || change.tool === filter.tool)
          .filter((change) => filter.kind === undefined || change.kind === filter.kind)
          .filter((change) => filter.worse === undefined || change.worse === filter.worse),
        filter,
      ),
    toolKeys: async function* ({ skip, count }) {
      yield tools
        .filter((tool) => !tool.goneSince)
        .slice(skip, skip + count)
        .map(({ server, name, firstSeen }) => ({ server, name, changed: firstSeen }));
    },
    serverKeys: async function* ({ skip, count }) {
      yield servers.slice(skip, skip + count).map(({ id }) => id);
    },
    serverToolsAt: async (id) => of(id) as ServerTool[],
    registry: async (options = {}) => pageOf(details.flatMap(registryRows), options),
    registryEntry: async (id) => details.filter((server) => server.id === id).flatMap(registryRows)[0],
    registryVersions: async (id) =>
      details
        .filter((server) => server.id === id)
        .flatMap((server) => registryRows(server).map((row) => row.current)),
    sampleTools: async (limit) => tools.slice(0, limit) as ServerTool[],
    sampleServers: async (limit) => servers.map(({ id }) => id).slice(0, limit),
    report: async () => ({}),
    stats: async () => ({
      servers: servers.length,
      byStatus: { ok: servers.length, failed: 0, "needs-authorization": 0, skipped: 0 },
      tools: tools.length,
      byCategory: counts(
        CATEGORIES,
        tools.map((tool) => tool.category),
      ),
      byRisk: counts(
        RISKS,
        tools.map((tool) => tool.risk),
      ),
      byFacet: counts(
        FACETS,
        tools.flatMap((tool) => tool.facets),
      ),
    }),
    ready: async () => ({ ok: true }),
    // Of the bulk dataset only that there is one: what stands in it comes from a database.
    state: async () => "as it was made",
    snapshot: (_signal, use) => use({ state: "as it was made", lines: nothing, tools: nothing }),
    progress: async () => progress ?? { jobs: [], done: 0, failed: 0, total: 0 },
  };
}

/** What a registry lists of it: nothing of servers without a version. */
function registryRows({ version, ...server }: ServerDetail): RegistryRow[] {
  if (version === undefined) return [];
  const { source, package: from, serverInfo, launch, lastSeen } = server;
  const current = { version, source, package: from, serverInfo, launch, crawledAt: lastSeen };
  return [{ ...server, current, isRead: true, updatedAt: lastSeen, entry: server.registryEntry }];
}

function toolOf({ id, detail }: FakeServer, definition: ToolDefinition): ToolDetail {
  const verdict = classify(definition);
  const { digest, category, risk } = verdict;
  return {
    server: id,
    name: definition.name,
    title: typeof definition.title === "string" ? definition.title : undefined,
    digest,
    category,
    risk,
    confidence: verdict.confidence,
    facets: verdict.facets,
    alarming: verdict.findings.some(({ severity }) => severity === "error"),
    summary: verdict.summary,
    firstSeen: SEEN,
    lastSeen: SEEN,
    definition,
    verdict,
    provenance: {
      source: detail?.source ?? `file:${id}.json`,
      package: detail?.package,
      protocolVersion: detail?.protocolVersion ?? "2025-11-25",
      launch: detail?.launch ?? { transport: "file", clientCapabilities: {} },
      crawledAt: SEEN,
    },
    versions: [{ digest, firstSeen: SEEN, lastSeen: SEEN, category, risk }],
  };
}

function serverOf({ id, detail }: FakeServer, tools: ToolDetail[]): ServerDetail {
  const source = `file:${id}.json`;
  const crawl = { startedAt: SEEN, status: "ok" as const, toolCount: tools.length, durationMs: 850, source };
  return {
    id,
    source,
    status: "ok",
    toolCount: tools.length,
    byRisk: counts(
      RISKS,
      tools.map((tool) => tool.risk),
    ),
    byCategory: counts(
      CATEGORIES,
      tools.map((tool) => tool.category),
    ),
    firstSeen: SEEN,
    lastSeen: SEEN,
    problems: [],
    lastCrawl: crawl,
    crawls: [crawl],
    ...detail,
  };
}

function counts<Key extends string>(keys: readonly Key[], values: Key[]): Record<Key, number> {
  const result = noCounts(keys);
  for (const value of values) result[value] += 1;
  return result;
}

/** Cursors here are plain offsets; the real ones are the database's affair. */
function pageOf<Item>(
  items: Item[],
  { limit = 50, cursor }: { limit?: number; cursor?: string },
): Page<Item> {
  const from = cursor ? Number(Buffer.from(cursor, "base64url").toString()) : 0;
  if (!Number.isInteger(from))
    throw Object.assign(new Error("The cursor is not one this list has given out."), { name: "CursorError" });
  const next = from + limit < items.length ? Buffer.from(String(from + limit)).toString("base64url") : null;
  return { items: items.slice(from, from + limit), nextCursor: next };
}

async function* nothing(): AsyncGenerator<never> {}
