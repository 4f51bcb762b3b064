/** Parts that several answers of the API are made of. */
import { z } from "zod";
import { CATEGORIES, FACETS, HINTS, REACHES, REVERSIBLE, RISKS } from "../../../classifier/index.ts";
import { CRAWL_STATUSES } from "../../../crawler/types.ts";
import { named } from "./named.ts";

export const category = named(
  "Category",
  "The worst that a caller can make a tool do; Unknown when its definition does not say enough.",
  z.enum(CATEGORIES),
);
export const risk = named(
  "Risk",
  "How bad that can get. It is a judgement of its own: a shell is critical though Execute. unknown is never low.",
  z.enum(RISKS),
);
export const facet = named("Facet", "What a tool touches.", z.enum(FACETS));
export const reversible = named("Reversible", "Whether what a tool does can be undone.", z.enum(REVERSIBLE));
export const reach = named("Reach", "How far what a tool does can go.", z.enum(REACHES));
export const severity = named("Severity", "How much a finding says.", z.enum(["info", "warning", "error"]));
export const crawlStatus = named("CrawlStatus", "How a crawl ended.", z.enum(CRAWL_STATUSES));
export const hint = named("Hint", "An annotation of the Model Context Protocol.", z.enum(HINTS));
export const hints = named(
  "Hints",
  "Annotations of the Model Context Protocol. A hint that is absent was not declared.",
  z.object(withAll(HINTS, z.boolean().optional())),
);
export const date = z.iso.datetime().describe("ISO 8601, in UTC.");
export const url = z.string().describe("Address of the object's page, from the site's root.");
export const serverId = z.string().describe("Server id, such as npm/@scope/name.");
export const digest = z.string().describe("sha256:<hex> of the canonical definition.");
export const confidence = z.number().min(0).max(1).describe("How sure the verdict is, from 0 to 1.");
export const count = z.number().int().min(0);

/** Counts by word; every word is there. */
export const counts = <Key extends string>(keys: readonly Key[]) => z.object(withAll(keys, count));

/** Written out: what is generated from a schema then has the words too. */
function withAll<Key extends string, Schema extends z.ZodType>(keys: readonly Key[], schema: Schema) {
  return Object.fromEntries(keys.map((key) => [key, schema])) as Record<Key, Schema>;
}

export const packageSchema = named(
  "Package",
  "The package that a server was installed from.",
  z.object({ registry: z.enum(["npm", "pypi", "oci"]), name: z.string(), version: z.string() }),
);

export const launchSchema = named(
  "Launch",
  "What the list depended on: under other conditions the server may list other tools.",
  z.object({
    transport: z.enum(["stdio", "http", "file"]),
    command: z.array(z.string()).optional(),
    environment: z.array(z.string()).optional().describe("Names of the variables that were set."),
    url: z.string().optional(),
    sandbox: z.string().optional(),
    network: z.boolean().optional(),
    clientCapabilities: z.record(z.string(), z.unknown()).describe("What the crawler declared of itself."),
    era: z
      .enum(["handshake", "stateless"])
      .optional()
      .describe(
        "handshake: with initialize, up to MCP 2025-11-25. stateless: each request on its own, from 2026-07-28.",
      ),
    protocolVersion: z.string().optional().describe("The revision that the list was asked for in."),
    legacySse: z.literal(true).optional().describe("Over HTTP+SSE (2024-11-05) instead of Streamable HTTP."),
    authorization: z
      .enum(["none", "given"])
      .optional()
      .describe("Whether a remote was asked as nobody, or with headers that somebody gave for it."),
  }),
);

export const cacheSchema = named(
  "CacheHints",
  "How long the server says its list may be kept. Lists that it marks as private are never here.",
  z.object({
    ttlMs: count.optional().describe("Milliseconds that the list is fresh for."),
    scope: z.enum(["public", "private"]).optional(),
  }),
);

export const tokensSchema = named(
  "Tokens",
  "What definitions cost a model: the tokens of name, description and input schema, as compact JSON.",
  z.object({
    encoding: z.string().describe("The tokenizer's encoding."),
    count,
    complete: z
      .boolean()
      .describe("False when the text was too long to count to its end: there are at least count."),
  }),
);

export const evidenceSchema = named(
  "Evidence",
  "Words of a definition that a verdict rests on.",
  z.object({
    rule: z.string().describe("Id of the rule, with a page under /rules."),
    pointer: z.string().describe("JSON Pointer into the definition."),
    start: count.describe(
      "First UTF-16 code unit in the string there or, where no string is there, in the pointer's last name.",
    ),
    end: count.describe("The code unit behind the last."),
    excerpt: z.string(),
    supports: category.optional(),
    opposes: category.optional(),
    facet: facet.optional(),
  }),
);

export const definitionSchema = named(
  "ToolDefinition",
  "A tool's definition as its server serves it, an entry of tools/list: a stranger's JSON. But for the name, what MCP says it should have can be missing or of another kind.",
  z.looseObject({ name: z.string() }),
);

/** A page of a list. */
export const listSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe("Hand it back as cursor for the next page; null on the last one. What is in it may change."),
  });
