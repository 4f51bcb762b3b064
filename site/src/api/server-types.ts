/** What the API says of servers. */
import { z } from "zod";
import { CATEGORIES, RISKS } from "../../../classifier/index.ts";
import { advisorySchema } from "./attack-types.ts";
import {
  cacheSchema,
  count,
  counts,
  crawlStatus,
  date,
  launchSchema,
  listSchema,
  packageSchema,
  serverId,
  tokensSchema,
  url,
} from "./common-types.ts";
import { flowSchema } from "./flow-types.ts";
import { named } from "./named.ts";

export const authorizationSchema = named(
  "Authorization",
  "What a server that wants authorization says of it: claims of its own.",
  z.object({
    status: z.number().int().describe("HTTP status that asked for it."),
    scheme: z.string().optional(),
    realm: z.string().optional(),
    error: z.string().optional(),
    scopes: z.array(z.string()).optional(),
    metadataUrl: z.string().optional(),
    metadata: z
      .object({
        resource: z.string().optional(),
        resource_name: z.string().optional(),
        resource_documentation: z.string().optional(),
        authorization_servers: z.array(z.string()).optional(),
        scopes_supported: z.array(z.string()).optional(),
        bearer_methods_supported: z.array(z.string()).optional(),
      })
      .optional()
      .describe("Protected resource metadata (RFC 9728, section 2)."),
  }),
);

export const registryEntrySchema = named(
  "RegistryEntry",
  "What the registry that lists the server says of it.",
  z.object({
    registry: z.string(),
    name: z.string(),
    version: z.string(),
    status: z.enum(["active", "deprecated", "deleted"]),
    message: z.string().optional(),
    updatedAt: z.string().optional(),
  }),
);

const status = crawlStatus.describe("How the last crawl ended.");

export const serverSchema = named(
  "Server",
  "A server with the risks of its tools.",
  z.object({
    id: serverId,
    url,
    source: z.string().describe("Source of the last crawl: npm:@scope/name@1.2.3."),
    title: z.string().optional().describe("What the server calls itself: a stranger's text."),
    version: z.string().optional().describe("Version of the package, else what the server says of itself."),
    status,
    reason: z.string().optional().describe("Why, for people; there unless status is ok."),
    toolCount: count.describe("Tools served now: those of the last crawl that went well."),
    byRisk: counts(RISKS),
    byCategory: counts(CATEGORIES),
    firstSeen: date,
    lastSeen: date.describe(
      "When its last crawl that went well was started; the first crawl's start where none did.",
    ),
  }),
);
export const serverListSchema = named("ServerList", "A page of servers.", listSchema(serverSchema));
export const sparseServerListSchema = named(
  "SparseServerList",
  "A page of servers with the fields that were asked for.",
  listSchema(serverSchema.partial()),
);

const crawlSchema = named(
  "Crawl",
  "One attempt to list a server.",
  z.object({
    startedAt: date,
    status,
    reason: z.string().optional(),
    toolCount: count,
    durationMs: z.number(),
    source: z.string(),
    version: z.string().optional(),
  }),
);

export const serverDetailSchema = named(
  "ServerDetail",
  "A server with what its list depended on, its toxic flows, its problems and its crawls.",
  serverSchema.extend({
    package: packageSchema.optional(),
    serverInfo: z.record(z.string(), z.unknown()).optional(),
    protocolVersion: z.string().optional(),
    instructions: z.string().optional().describe("A stranger's text."),
    launch: launchSchema.optional(),
    cache: cacheSchema.optional(),
    authorization: authorizationSchema.optional().describe("There while the last crawl was asked for it."),
    registryEntry: registryEntrySchema.optional(),
    tokens: tokensSchema
      .extend({
        heaviest: z
          .array(z.object({ tool: z.string(), url, count, complete: z.boolean() }))
          .describe("At most ten, heaviest first."),
      })
      .describe("Of all tools that it serves now."),
    flows: z.array(flowSchema).describe("Most severe first; at most one of each kind."),
    advisories: z.array(advisorySchema),
    problems: z
      .array(z.object({ index: count, name: z.string().optional(), problem: z.string() }))
      .describe("Tools in its list that could not be taken."),
    crawls: z.array(crawlSchema).describe("Newest first, at most 50."),
  }),
);

export type ApiServer = z.infer<typeof serverSchema>;
export type ApiServerDetail = z.infer<typeof serverDetailSchema>;
