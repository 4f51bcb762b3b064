/** What is to be compared, read from an address, and found in the catalog. */
import { z } from "zod";
import type { CrawlRow, ServerDetail, ServerTool } from "../../../db/index.ts";
import { type CompareQuery, compareUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { ignoredParameters, readQuery } from "./filters.ts";
import { dateWords } from "./words.ts";

const id = z
  .string()
  .max(600, "must be a server id, such as npm/@scope/name")
  .refine((text) => !text.includes("\0"), "must not hold the character U+0000");
const version = z.string().max(200, "must be a version of the server, or the time of a crawl");
const compareQuery = z.object({
  a: id.optional(),
  b: id.optional(),
  "a.version": version.optional(),
  "b.version": version.optional(),
});

/** A list that a server gave at some time. */
export interface Snapshot {
  /** As it stands in an address: when the crawl was started. */
  value: string;
  label: string;
  /** The same comparison with this one. */
  url: string;
}

export interface Side {
  letter: "A" | "B";
  id: string;
  /** As it was asked for: a version or a time. */
  version?: string;
  server?: ServerDetail;
  /** What it listed then, by name. */
  tools: ServerTool[];
  /** When the crawl was started that listed them; absent for what it lists now. */
  at?: string;
  /** Its version there. */
  shown?: string;
  snapshots: Snapshot[];
  /** Why there is nothing to compare; one sentence. */
  problem?: string;
}

/** Reads an address as far as it can be read. With one server and two versions, both sides are that server. */
export function readCompareQuery(params: URLSearchParams): {
  query: Partial<CompareQuery>;
  problem?: string;
  /** What of the address was ignored, a sentence each. */
  ignored: string[];
} {
  const ignored = ignoredParameters(params, compareQuery);
  const read = readQuery(params, compareQuery);
  if (!read.ok) return { query: {}, problem: read.problem.detail, ignored };
  const { a, b, "a.version": aVersion, "b.version": bVersion } = read.value;
  const isOne = aVersion !== undefined || bVersion !== undefined;
  const query = { a: a ?? (isOne ? b : undefined), b: b ?? (isOne ? a : undefined), aVersion, bVersion };
  return { query, ignored };
}

/** Finds one side; undefined when none is asked for. */
export async function findSide(
  catalog: Catalog,
  query: Partial<CompareQuery>,
  letter: "A" | "B",
): Promise<Side | undefined> {
  const [asked, version] = letter === "A" ? [query.a, query.aVersion] : [query.b, query.bVersion];
  if (asked === undefined) return undefined;
  const server = await catalog.server(asked);
  const side: Side = { letter, id: asked, version, server, tools: [], snapshots: [] };
  if (!server) {
    return {
      ...side,
      problem: `The catalog has no server “${asked}”. It may be spelled differently, or it has not been crawled yet.`,
    };
  }
  const good = server.crawls.filter(({ status }) => status === "ok");
  const snapshots = good.map((crawl) => ({
    value: crawl.startedAt,
    label: [crawl.version, dateWords(crawl.startedAt)].filter(Boolean).join(", "),
    url: compareUrl({ ...query, [letter === "A" ? "aVersion" : "bVersion"]: crawl.startedAt }),
  }));
  if (version === undefined) {
    const tools = (await catalog.serverTools(asked)).filter(({ goneSince }) => !goneSince);
    return { ...side, snapshots, tools: tools.sort(byName), shown: server.version };
  }
  const crawl = crawlNamed(good, version);
  if (!crawl) {
    return {
      ...side,
      snapshots,
      problem: `No crawl of “${asked}” that went well is known by “${version}”: give a version or the time of a crawl, or choose one from the list.`,
    };
  }
  const tools = await catalog.serverToolsAt(asked, crawl.startedAt);
  return { ...side, snapshots, tools: tools.sort(byName), at: crawl.startedAt, shown: crawl.version };
}

/** The newest of them with that version, or the one that was started then. */
function crawlNamed(crawls: readonly CrawlRow[], version: string): CrawlRow | undefined {
  const time = Date.parse(version);
  return (
    crawls.find((crawl) => crawl.startedAt === version || crawl.version === version) ??
    crawls.find((crawl) => Date.parse(crawl.startedAt) === time)
  );
}

const byName = (a: ServerTool, b: ServerTool): number => (a.name < b.name ? -1 : 1);
