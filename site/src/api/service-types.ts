/** What the API says of itself and of the catalog as a whole. */
import { z } from "zod";
import { CATEGORIES, FACETS, RISKS } from "../../../classifier/index.ts";
import { CRAWL_STATUSES } from "../../../crawler/types.ts";
import { JOB_STATES } from "../../../db/types.ts";
import { count, counts, date, listSchema, serverId, url } from "./common-types.ts";
import { named } from "./named.ts";

const jobSchema = named(
  "Job",
  "One server in a run of crawls.",
  z.object({
    server: serverId,
    url,
    source: z.string(),
    state: z.enum(JOB_STATES),
    stage: z.string().optional().describe("What a running job is at."),
    reason: z.string().optional().describe("Why it failed or was skipped."),
    tools: count.optional(),
    startedAt: date.optional(),
    finishedAt: date.optional(),
  }),
);
export const progressSchema = named(
  "Progress",
  "The newest run of crawls. Without a run, jobs is empty.",
  z.object({
    url,
    run: z
      .object({ id: z.string(), startedAt: date, finishedAt: date.optional() })
      .optional()
      .describe("One without finishedAt is still going on."),
    jobs: z.array(jobSchema),
    done: count,
    failed: count,
    total: count,
  }),
);

export const statsSchema = named(
  "Stats",
  "Counts over the tools served now, and over the servers.",
  z.object({
    url,
    servers: count,
    tools: count,
    byStatus: counts(CRAWL_STATUSES),
    byCategory: counts(CATEGORIES),
    byRisk: counts(RISKS),
    byFacet: counts(FACETS),
  }),
);

export const healthSchema = named(
  "Health",
  "The process answers.",
  z.object({ status: z.literal("ok"), rules: z.string().describe("Version of the rules.") }),
);
export const readySchema = named(
  "Ready",
  "The catalog can be asked.",
  z.object({ status: z.literal("ready"), rules: z.string().describe("Version of the rules.") }),
);

export const schemaListSchema = named(
  "SchemaList",
  "All JSON Schemas, on one page.",
  listSchema(
    z.object({
      name: z.string(),
      url: z.string().describe("Address of the schema, from the site's root."),
      description: z.string(),
    }),
  ),
);

export type ApiProgress = z.infer<typeof progressSchema>;
export type ApiStats = z.infer<typeof statsSchema>;
export type ApiHealth = z.infer<typeof healthSchema>;
export type ApiReady = z.infer<typeof readySchema>;
