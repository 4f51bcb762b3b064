/** What is answered in the shape of the official registry's API (its openapi.yaml of 2025-12-01), with what we add. */
import { z } from "zod";
import { CATEGORIES, RISKS } from "../../../classifier/index.ts";
import {
  category,
  confidence,
  count,
  counts,
  crawlStatus,
  date,
  digest,
  facet,
  hints,
  reach,
  reversible,
  risk,
} from "./common-types.ts";
import { named } from "./named.ts";

/** Where the official registry keeps what it says of an entry; every registry that speaks its API keeps it there. */
export const OFFICIAL_META = "io.modelcontextprotocol.registry/official";
/** Where we say what we say. */
export const VERDICTS_META = "org.placard/verdicts";

const transport = z.object({ type: z.enum(["stdio", "streamable-http", "sse"]), url: z.string().optional() });

const serverSchema = named(
  "RegistryServer",
  "A server as server.json describes one, as far as the catalog knows it.",
  z.object({
    $schema: z.string().optional(),
    name: z.string().describe("Its name in the registry that lists it, else one of ours."),
    description: z.string().describe("The server's own words where it has some, else what its list held."),
    title: z.string().optional().describe("What the server calls itself: a stranger's text."),
    version: z.string(),
    websiteUrl: z.string().optional().describe("As the server says."),
    packages: z
      .array(
        z.object({
          registryType: z.enum(["npm", "pypi", "oci"]),
          identifier: z.string(),
          version: z.string().optional(),
          transport,
        }),
      )
      .optional()
      .describe("The package that was asked."),
    remotes: z
      .array(z.object({ type: z.enum(["streamable-http", "sse"]), url: z.string() }))
      .optional()
      .describe("The address that was asked."),
  }),
);

const officialSchema = z
  .object({
    status: z.enum(["active", "deprecated", "deleted"]),
    statusMessage: z.string().optional(),
    publishedAt: date.describe("When it came into this catalog."),
    updatedAt: date.describe("When it was asked last: by this catalog's clock, for updated_since."),
    isLatest: z.boolean(),
  })
  .describe("What this registry says of the entry, under the key that clients of such registries read.");

const riskMetadataSchema = named(
  "RiskMetadata",
  "Risk metadata as proposed to MCP in SEP-2793, which is open; absent fields say nothing. With it, lossless: our own fields.",
  z.object({
    annotations: z.object({
      riskLevel: z.enum(["low", "medium", "high", "critical"]).optional(),
      category: z.enum(["read", "observe", "mutate", "delete", "destroy", "utility"]).optional(),
      blastRadius: z.enum(["item", "namespace", "cluster", "organization", "global"]).optional(),
      reversibility: z.enum(["auto", "manual", "none"]).optional(),
      sideEffects: z.array(z.string()).optional(),
      approvalRecommendation: z.enum(["none", "single", "multi"]).optional(),
      minTrustLevel: z.number().int().min(1).max(5).optional(),
    }),
    _meta: z.object({
      "org.placard/verdict": z.object({
        digest,
        category,
        risk,
        confidence,
        facets: z.array(facet),
        reversible,
        reach,
        rules: z.string(),
      }),
    }),
  }),
);

const toolSchema = named(
  "RegistryTool",
  "The verdict on one tool, as a registry's entry carries it.",
  z.object({
    name: z.string(),
    url: z
      .string()
      .describe("Whole address of the page with the evidence; from the site's root where the site has none."),
    summary: z.string(),
    riskMetadata: riskMetadataSchema,
    hints: hints.describe("The four hints that we would declare. They say less than the verdict."),
    lost: z
      .array(z.object({ field: z.string(), why: z.string() }))
      .describe("What the hints cannot say of it."),
  }),
);

const verdictsSchema = named(
  "RegistryVerdicts",
  "What the catalog says of an entry's tools. It speaks of their definitions: a server can do something else.",
  z.object({
    url: z.string().describe("Whole address of the server's page."),
    id: z.string().describe("The server's id in this catalog."),
    status: crawlStatus.describe("How the last crawl ended."),
    crawledAt: date
      .optional()
      .describe("When this version was asked for its list; absent where it never gave one."),
    rules: z.string().describe("Version of the rules."),
    toolCount: count,
    byRisk: counts(RISKS),
    byCategory: counts(CATEGORIES),
    tools: z.array(toolSchema).optional().describe("Only in answers of one version."),
    upstream: z
      .object({ registry: z.string(), status: z.string(), updatedAt: date.optional() })
      .optional()
      .describe("The registry that lists it, and what that says."),
  }),
);

export const registryEntrySchema = named(
  "RegistryServerResponse",
  "An entry: the server, and under reverse-DNS keys what registries say of it.",
  z.object({
    server: serverSchema,
    _meta: z.object({
      [OFFICIAL_META]: officialSchema,
      [VERDICTS_META]: verdictsSchema.optional().describe("Absent for what is deleted."),
    }),
  }),
);

export const registryListSchema = named(
  "RegistryServerList",
  "A page of entries.",
  z.object({
    servers: z.array(registryEntrySchema),
    metadata: z.object({
      count: count.describe("Entries on this page."),
      nextCursor: z.string().optional().describe("Hand it back as cursor; absent on the last page."),
    }),
  }),
);

export type RegistryItem = z.infer<typeof registryEntrySchema>;
export type RegistryServer = z.infer<typeof serverSchema>;
export type RegistryVerdicts = z.infer<typeof verdictsSchema>;
