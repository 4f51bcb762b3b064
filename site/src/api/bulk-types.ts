/** What the bulk dataset holds: the records of its JSON Lines, the columns of its table, and what its manifest says. */
import { z } from "zod";
import { changeKind, toolStateSchema } from "./change-types.ts";
import { count, crawlStatus, date, digest, launchSchema, packageSchema, serverId } from "./common-types.ts";
import { named } from "./named.ts";
import { authorizationSchema, registryEntrySchema } from "./server-types.ts";
import { definitionVerdictSchema } from "./verdict-types.ts";

/** Raise it when records change in a way that an older `placard import` would misread. */
export const DATASET_VERSION = 1;

const id = z.number().int().min(1);
const crawlId = id.describe("Id of a crawl.");
const name = z.string().describe("The tool's name.");
/** Of what the file itself holds, and of the manifest. */
export const datasetCounts = z.object({
  definitions: count,
  servers: count,
  crawls: count,
  tools: count,
  versions: count,
  changes: count,
});

export const headSchema = named(
  "DatasetHead",
  "The first record: what the file is.",
  z.object({ kind: z.literal("dataset"), version: z.number().int().describe("Of the form of records.") }),
);
export const endSchema = named(
  "DatasetEnd",
  "The last record: how many of each kind stand before it.",
  z.object({ kind: z.literal("end"), ...datasetCounts.shape }),
);

const definitionRecord = named(
  "DefinitionRecord",
  "A definition as served, with its verdicts. Tools of several servers can have the same one.",
  z.object({
    kind: z.literal("definition"),
    digest,
    firstSeen: date,
    definition: z.looseObject({ name: z.string() }),
    verdicts: z.array(definitionVerdictSchema).describe("Newest first; of each version of the rules one."),
  }),
);
const serverRecord = named(
  "ServerRecord",
  "A server, with how its last crawl ended.",
  z.object({
    kind: z.literal("server"),
    id: serverId,
    source: z.string().describe("Source of the last crawl: npm:@scope/name@1.2.3."),
    title: z.string().optional().describe("What the server calls itself: a stranger's text."),
    version: z.string().optional(),
    status: crawlStatus,
    reason: z.string().optional(),
    toolCount: count,
    firstSeen: date,
    lastSeen: date,
    lastCrawl: crawlId.optional(),
    lastGoodCrawl: crawlId.optional(),
  }),
);
const crawlRecord = named(
  "CrawlRecord",
  "One attempt to list a server. What the server said is there for the crawls that pages speak of: the last good one, the last one, and those that tools were last seen in.",
  z.object({
    kind: z.literal("crawl"),
    id,
    server: serverId,
    source: z.string(),
    status: crawlStatus,
    reason: z.string().optional(),
    toolCount: count,
    startedAt: date,
    durationMs: count,
    version: z.string().optional().describe("Of the package, else what the server says of itself."),
    package: packageSchema.optional(),
    protocolVersion: z.string().optional(),
    launch: launchSchema.optional(),
    ttlMs: count.optional().describe("How long the server says its list is fresh, in milliseconds."),
    serverInfo: z.record(z.string(), z.unknown()).optional(),
    instructions: z.string().optional(),
    problems: z
      .array(z.object({ index: count, name: z.string().optional(), problem: z.string() }))
      .optional()
      .describe("Tools in its list that could not be taken."),
    authorization: authorizationSchema.optional(),
    registryEntry: registryEntrySchema.optional(),
  }),
);
const toolRecord = named(
  "ToolRecord",
  "A tool of a server, as last seen.",
  z.object({
    kind: z.literal("tool"),
    server: serverId,
    name,
    position: count.describe("Place in the server's list, from 0."),
    digest,
    rules: z.string().describe("Which of the definition's verdicts holds, by its version of the rules."),
    firstSeen: date,
    lastSeen: date,
    goneSince: date.optional().describe("There when the server no longer lists it."),
    crawl: crawlId,
  }),
);
const versionRecord = named(
  "VersionRecord",
  "Which definition a tool had from when to when.",
  z.object({
    kind: z.literal("version"),
    id,
    server: serverId,
    name,
    digest,
    firstSeen: date,
    lastSeen: date,
  }),
);
const changeRecord = named(
  "ChangeRecord",
  "One difference between two good crawls of a server.",
  z.object({
    kind: z.literal("change"),
    id,
    server: serverId,
    tool: name,
    type: changeKind.describe("What has changed."),
    worse: z.boolean(),
    before: toolStateSchema.optional(),
    after: toolStateSchema.optional(),
    at: date,
    crawl: crawlId,
  }),
);

/** By kind, in the order in which they stand in a dataset. */
export const RECORDS = {
  definition: definitionRecord,
  server: serverRecord,
  crawl: crawlRecord,
  tool: toolRecord,
  version: versionRecord,
  change: changeRecord,
} as const;

export const recordSchema = named(
  "DatasetRecord",
  "A line of export.jsonl.gz. Kinds stand one after the other, in the order of the list, and each in the order of its ids.",
  z.discriminatedUnion("kind", [
    headSchema,
    definitionRecord,
    serverRecord,
    crawlRecord,
    toolRecord,
    versionRecord,
    changeRecord,
    endSchema,
  ]),
);

/** The names of the records' counts, as `DatasetEnd` has them. */
export const COUNT_OF = {
  definition: "definitions",
  server: "servers",
  crawl: "crawls",
  tool: "tools",
  version: "versions",
  change: "changes",
} as const;

const sha256 = z.string().describe("SHA-256, in hex.");
const fileSchema = named(
  "DatasetFile",
  "A file of the dataset. What can only be known when it has been made is absent while it is being made.",
  z.object({
    name: z.string(),
    url: z.string().describe("Address of these very bytes, for as long as they are kept."),
    mediaType: z.string(),
    what: z.string(),
    rows: count.optional(),
    bytes: count.optional(),
    sha256: sha256.optional(),
    unpacked: z
      .object({ bytes: count, sha256 })
      .optional()
      .describe("Of what is in it: the same whichever version of zlib has packed it."),
    schema: z.string().optional().describe("Address of the JSON Schema of a row."),
    columns: z
      .array(z.object({ name: z.string(), type: z.string(), what: z.string() }))
      .optional()
      .describe("Of a table."),
  }),
);
export const manifestSchema = named(
  "Dataset",
  "What the bulk dataset is, file by file.",
  z.object({
    url: z.string().describe("Address of its documentation, from the site's root."),
    version: z.number().int().describe("Of the form of records."),
    revision: z
      .string()
      .describe("Names this state of the catalog; another one when anything in it changes."),
    ready: z.boolean().describe("Whether all files have been made; otherwise ask again."),
    rules: z.string().describe("Version of the rules that new verdicts are made by."),
    counts: datasetCounts.optional(),
    files: z.array(fileSchema),
    licence: z.object({
      ours: z.string(),
      spdx: z.string().describe("Of what is ours."),
      others: z.string(),
    }),
    import: z.string().describe("How to load it into a catalog of one's own."),
  }),
);

export type DatasetCounts = z.infer<typeof datasetCounts>;
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = z.infer<typeof fileSchema>;
