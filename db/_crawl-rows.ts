/** A crawl as rows: what of it the catalog can hold, and what it says of its server. Pure. */
import { digestOf, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import type { CrawlResult, ToolProblem } from "../crawler/types.ts";
import type { StoredTool } from "./_store-tools.ts";
import { jsonText, jsonTextOrNull, storable, storableOrNull } from "./_text.ts";

/** A crawl that the catalog cannot take. Callers show its message, one sentence, as the user's to act on. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

/** An index entry of PostgreSQL holds 2,704 bytes, and a tool's has the server's id and the tool's name in it. */
const LONGEST_ID = 2000;
const LONGEST_KEY = 2600;
/** A year, in milliseconds: what a server says beyond that is no promise. */
const LONGEST_TTL = 365 * 24 * 3_600_000;

/** @throws RefusedError for an id that no index holds. */
export function refuseLongId(server: string): void {
  const length = Buffer.byteLength(storable(server));
  if (length <= LONGEST_ID) return;
  throw new RefusedError(
    `Storing the tools of ${storable(server).slice(0, 80)}…: the server's id is ${length} characters long, and the catalog takes ${LONGEST_ID}. Crawl it under a shorter address, or give it a name with --name.`,
  );
}

/** What is known of a server when a crawl of it is stored. */
export interface Known {
  source: string;
  /** When the newest of its crawls was started, and the newest good one. */
  last?: Date;
  good?: Date;
}

/** The first tool of each name; the others, and names that are too long, become problems at their place in the server's list. */
export function takeOnce(crawl: CrawlResult): { kept: ToolDefinition[]; problems: ToolProblem[] } {
  const taken = new Set(crawl.problems.map((problem) => problem.index));
  const seen = new Set<string>();
  const kept: ToolDefinition[] = [];
  const left: ToolProblem[] = [];
  const idLength = Buffer.byteLength(storable(crawl.server));
  let index = 0;
  for (const definition of crawl.tools) {
    while (taken.has(index)) index += 1;
    const name = storable(definition.name);
    if (idLength + Buffer.byteLength(name) > LONGEST_KEY) {
      const problem = "Its name and the server's id together are longer than the catalog can hold.";
      left.push({ index, name: definition.name, problem });
    } else if (seen.has(name)) {
      const problem = "The list has another tool of this name before it; that one was taken.";
      left.push({ index, name: definition.name, problem });
    } else kept.push(definition);
    seen.add(name);
    index += 1;
  }
  return { kept, problems: [...crawl.problems, ...left].sort((a, b) => a.index - b.index) };
}

/** @throws Error when it has no verdict. */
export function toStoredTool(
  definition: ToolDefinition,
  position: number,
  byDigest: Map<string, Verdict>,
): StoredTool {
  const digest = digestOf(definition);
  const verdict = byDigest.get(digest);
  if (!verdict)
    throw new Error(`Storing a crawl: no verdict was given for the tool ${jsonText(definition.name)}.`);
  return { name: storable(definition.name), position, digest, definition, verdict };
}

/** A server as one crawl of it says; what is known of it already may say otherwise. */
export function serverRow(crawl: CrawlResult, toolCount: number, at: Date) {
  return {
    id: storable(crawl.server),
    source: storable(crawl.source),
    title: storableOrNull(textOf(crawl.serverInfo, "title") ?? textOf(crawl.serverInfo, "name")),
    version: storableOrNull(crawl.package?.version ?? textOf(crawl.serverInfo, "version")),
    status: crawl.status,
    reason: storableOrNull(crawl.reason),
    toolCount: crawl.status === "ok" ? toolCount : 0,
    withdrawn: crawl.withdrawn ?? null,
    firstSeen: at,
    lastSeen: at,
  };
}

/**
 * What a crawl changes of a server that is known; undefined when it is but an entry in the history. One that went badly
 * says nothing new about the server itself, and one of another source (a version that does not exist) does not even say
 * that what we have is outdated.
 */
export function changesOf(
  crawl: CrawlResult,
  row: ReturnType<typeof serverRow>,
  crawlId: number,
  { source: knownSource, last, good }: Known,
  isGood: boolean,
) {
  const { source, status, reason, withdrawn, title, version, toolCount, lastSeen } = row;
  const isLatest = new Date(crawl.startedAt) >= (last ?? row.lastSeen);
  const isOther = status !== "ok" && withdrawn === null && good !== undefined && source !== knownSource;
  const outcome = isLatest && !isOther && { source, status, reason, withdrawn };
  if (!isLatest && !isGood) return undefined;
  return {
    ...(isLatest && { lastCrawl: crawlId }),
    ...outcome,
    ...(isGood && { title, version, toolCount, lastSeen, lastGoodCrawl: crawlId }),
  };
}

function textOf(info: Record<string, unknown> | undefined, field: string): string | undefined {
  const value = info?.[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The attempt itself; what it was answered and the job it was for are added by who knows them. */
export function crawlRow(crawl: CrawlResult, problems: ToolProblem[], toolCount: number, startedAt: Date) {
  return {
    server: storable(crawl.server),
    source: storable(crawl.source),
    status: crawl.status,
    reason: storableOrNull(crawl.reason),
    toolCount,
    packageRegistry: crawl.package?.registry,
    packageName: storableOrNull(crawl.package?.name),
    packageVersion: storableOrNull(crawl.package?.version),
    protocolVersion: storableOrNull(crawl.protocolVersion),
    serverInfo: jsonTextOrNull(crawl.serverInfo),
    capabilities: jsonTextOrNull(crawl.capabilities),
    instructions: storableOrNull(crawl.instructions),
    launch: jsonTextOrNull(crawl.launch),
    problems: jsonText(problems),
    stderr: storableOrNull(crawl.stderr),
    startedAt,
    durationMs: Math.round(crawl.durationMs),
    authorization: jsonTextOrNull(crawl.authorization),
    registryEntry: jsonTextOrNull(crawl.registryEntry),
    ttlMs: crawl.cache?.ttlMs === undefined ? null : Math.min(Math.round(crawl.cache.ttlMs), LONGEST_TTL),
  };
}

/** Longest text that words are looked up in; a definition itself is kept whole. */
const SEARCH_LIMIT = 20_000;

/** A definition with the words that it is found by. */
export function definitionRow(
  { digest, definition, name }: Pick<StoredTool, "digest" | "definition" | "name">,
  at: Date,
) {
  const title = typeof definition.title === "string" ? definition.title : undefined;
  const description = typeof definition.description === "string" ? definition.description : undefined;
  const search = [name, title, description].filter((text) => text !== undefined).join("\n");
  return {
    digest,
    name,
    title: storableOrNull(title),
    body: jsonText(definition),
    search: storable(search.slice(0, SEARCH_LIMIT)),
    firstSeen: at,
  };
}
