/**
 * What API v1 answers: types of its own, so that rooms behind it can change. Zod schemas are the one source; OpenAPI
 * and JSON Schemas come from them. Definitions are strangers' JSON and stay as served.
 */
import { z } from "zod";
import { CATEGORIES, FACETS, HINTS, REACHES, REVERSIBLE, RISKS } from "../../../classifier/index.ts";
import { CRAWL_STATUSES } from "../../../crawler/types.ts";
import { CHANGE_KINDS, JOB_STATES } from "../../../db/types.ts";
import { advisorySchema, attackSchema, flowSchema } from "./attack-types.ts";

const category = z.enum(CATEGORIES);
const risk = z.enum(RISKS);
const facet = z.enum(FACETS);
/** ISO 8601, UTC. */
const date = z.string();
/** Address of the object's page, from the site's root. */
const url = z.string();
const counts = <Key extends string>(keys: readonly Key[]) =>
  z.record(z.enum(keys as readonly [Key, ...Key[]]), z.number().int());

export const packageSchema = z.object({
  registry: z.enum(["npm", "pypi", "oci"]),
  name: z.string(),
  version: z.string(),
});
/** What the list depended on: with other conditions the server may list other tools. */
export const launchSchema = z.object({
  transport: z.enum(["stdio", "http", "file"]),
  command: z.array(z.string()).optional(),
  environment: z.array(z.string()).optional(),
  url: z.string().optional(),
  sandbox: z.string().optional(),
  network: z.boolean().optional(),
  /** What we declared of ourselves. */
  clientCapabilities: z.record(z.string(), z.unknown()),
  /** `handshake`: with `initialize`, up to MCP 2025-11-25. `stateless`: each request on its own, from 2026-07-28. */
  era: z.enum(["handshake", "stateless"]).optional(),
  /** The revision that the list was asked for in. */
  protocolVersion: z.string().optional(),
  /** Over HTTP+SSE (2024-11-05) instead of Streamable HTTP. */
  legacySse: z.literal(true).optional(),
  /** Whether a remote was asked as nobody, or with headers that somebody gave for it. */
  authorization: z.enum(["none", "given"]).optional(),
});
/** What the server said of how its list may be kept. Lists that it marks as private are never here. */
export const cacheSchema = z.object({
  /** Milliseconds that the list is fresh for. */
  ttlMs: z.number().int().optional(),
  scope: z.enum(["public", "private"]).optional(),
});
/** What a server that wants authorization says of it: claims of its own. */
export const authorizationSchema = z.object({
  /** HTTP status that asked for it. */
  status: z.number().int(),
  scheme: z.string().optional(),
  realm: z.string().optional(),
  error: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  metadataUrl: z.string().optional(),
  /** Protected resource metadata (RFC 9728, section 2). */
  metadata: z
    .object({
      resource: z.string().optional(),
      resource_name: z.string().optional(),
      resource_documentation: z.string().optional(),
      authorization_servers: z.array(z.string()).optional(),
      scopes_supported: z.array(z.string()).optional(),
      bearer_methods_supported: z.array(z.string()).optional(),
    })
    .optional(),
});
/** What the registry that lists the server says of it. */
export const registryEntrySchema = z.object({
  registry: z.string(),
  name: z.string(),
  version: z.string(),
  status: z.enum(["active", "deprecated", "deleted"]),
  message: z.string().optional(),
  updatedAt: date.optional(),
});

export const serverSchema = z.object({
  id: z.string(),
  url,
  source: z.string(),
  title: z.string().optional(),
  version: z.string().optional(),
  status: z.enum(CRAWL_STATUSES),
  reason: z.string().optional(),
  toolCount: z.number().int(),
  byRisk: counts(RISKS),
  byCategory: counts(CATEGORIES),
  firstSeen: date,
  lastSeen: date,
});

export const crawlSchema = z.object({
  startedAt: date,
  status: z.enum(CRAWL_STATUSES),
  reason: z.string().optional(),
  toolCount: z.number().int(),
  durationMs: z.number(),
  source: z.string(),
  version: z.string().optional(),
});

/** What a definition costs a model: the tokens of its name, description and input schema, as compact JSON. */
export const tokensSchema = z.object({
  /** The tokenizer's encoding. */
  encoding: z.string(),
  count: z.number().int(),
  /** False when the text was too long to count to its end: there are at least `count`. */
  complete: z.boolean(),
});

export const serverDetailSchema = serverSchema.extend({
  package: packageSchema.optional(),
  serverInfo: z.record(z.string(), z.unknown()).optional(),
  protocolVersion: z.string().optional(),
  instructions: z.string().optional(),
  launch: launchSchema.optional(),
  cache: cacheSchema.optional(),
  /** There while the last crawl was asked for it. */
  authorization: authorizationSchema.optional(),
  registryEntry: registryEntrySchema.optional(),
  /** Of all tools that it serves now. */
  tokens: tokensSchema.extend({
    /** At most ten, heaviest first. */
    heaviest: z.array(z.object({ tool: z.string(), url, count: z.number().int(), complete: z.boolean() })),
  }),
  /** Most severe first; at most one of each kind. */
  flows: z.array(flowSchema),
  advisories: z.array(advisorySchema),
  problems: z.array(z.object({ index: z.number().int(), name: z.string().optional(), problem: z.string() })),
  crawls: z.array(crawlSchema),
});

export const toolSchema = z.object({
  server: z.string(),
  name: z.string(),
  url,
  title: z.string().optional(),
  digest: z.string(),
  category,
  risk,
  confidence: z.number(),
  facets: z.array(facet),
  summary: z.string(),
  firstSeen: date,
  lastSeen: date,
  goneSince: date.optional(),
});

export const evidenceSchema = z.object({
  rule: z.string(),
  pointer: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  excerpt: z.string(),
  supports: category.optional(),
  opposes: category.optional(),
  facet: facet.optional(),
});
const hints = z.partialRecord(z.enum(HINTS), z.boolean());

const judgement = z.object({ category, risk });
/** What the rules said, what a model said of it, and how that ended. See docs/review.md. */
export const reviewSchema = z.object({
  stage: z.literal("model"),
  model: z.string(),
  promptVersion: z.string(),
  outcome: z.enum(["confirmed", "raised", "lowered", "kept", "failed"]),
  /** Why it ended so: the model's judgement counts, or does not. */
  note: z.string(),
  offline: judgement,
  /** Absent where no answer could be used. */
  said: judgement.optional(),
  /** What the model quotes from the definition, letter by letter. */
  evidence: z.array(evidenceSchema.pick({ pointer: true, start: true, end: true, excerpt: true })),
});

/** What a verdict says of a tool, and what a reviewer may have corrected. */
const judgedSchema = z.object({
  category,
  risk,
  confidence: z.number(),
  facets: z.array(facet),
  reversible: z.enum(REVERSIBLE),
  reach: z.enum(REACHES),
  summary: z.string(),
  because: z.string(),
  notBecause: z.array(z.object({ category, why: z.string() })),
  branches: z.array(
    z.object({
      pointer: z.string(),
      argument: z.string(),
      value: z.union([z.string(), z.number(), z.boolean()]),
      category,
      risk,
      because: z.string(),
    }),
  ),
  annotations: z.object({
    declared: hints,
    suggested: hints,
    conflicts: z.array(
      z.object({ hint: z.enum(HINTS), declared: z.boolean(), suggested: z.boolean(), why: z.string() }),
    ),
  }),
});

/** A person has read the definition, and their word stands in the verdict. */
const correctionSchema = z.object({
  who: z.string(),
  /** The day of the review, YYYY-MM-DD. */
  when: z.string(),
  why: z.string(),
  /** What the classifier said, or a model that read it again. */
  classified: judgedSchema,
});

export const verdictSchema = judgedSchema.extend({
  server: z.string(),
  name: z.string(),
  digest: z.string(),
  evidence: z.array(evidenceSchema),
  findings: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(["info", "warning", "error"]),
      message: z.string(),
      evidence: z.array(evidenceSchema),
    }),
  ),
  rules: z.string(),
  /** There when a model was asked for a second reading. */
  review: reviewSchema.optional(),
  /** There when a reviewer has corrected it; every other field says what holds with the correction. */
  correction: correctionSchema.optional(),
});

export const toolDetailSchema = toolSchema.extend({
  /** As served. */
  definition: z.looseObject({ name: z.string() }),
  verdict: verdictSchema,
  attacks: z.array(attackSchema),
  advisories: z.array(advisorySchema),
  tokens: tokensSchema,
  provenance: z.object({
    source: z.string(),
    package: packageSchema.optional(),
    protocolVersion: z.string().optional(),
    launch: launchSchema.optional(),
    cache: cacheSchema.optional(),
    crawledAt: date,
  }),
  policy: z.unknown(),
  reasons: z.array(z.object({ pointer: z.string(), why: z.string(), evidence: z.array(evidenceSchema) })),
  versions: z.array(z.object({ digest: z.string(), firstSeen: date, lastSeen: date, category, risk })),
});

/** What a maintainer would write in the annotations of a server's tools. */
export const annotationPatchSchema = z.object({
  tools: z.array(
    z.object({
      server: z.string(),
      name: z.string(),
      digest: z.string(),
      declared: hints,
      /** The hints as they should be: those declared, with the changes. */
      suggested: hints,
      changed: z.array(
        z.object({
          hint: z.enum(HINTS),
          /** Absent when the server says nothing of this hint. */
          declared: z.boolean().optional(),
          suggested: z.boolean(),
          /** The declared value contradicts the definition. */
          conflict: z.boolean(),
          why: z.string(),
        }),
      ),
      because: z.string(),
      rules: z.string(),
    }),
  ),
});

/** A tool before or after a change. */
const toolStateSchema = z.object({
  name: z.string(),
  digest: z.string(),
  category,
  risk,
  facets: z.array(facet),
});
/** One difference between two good crawls of a server; `url` is the tool's page. */
export const changeSchema = z.object({
  id: z.number().int(),
  url,
  server: z.string(),
  /** The tool's name; the new one where it was renamed. */
  tool: z.string(),
  kind: z.enum(CHANGE_KINDS),
  /** A verdict was raised: risk or category went up, or a facet was gained. */
  worse: z.boolean(),
  /** Absent for a tool that was added. */
  before: toolStateSchema.optional(),
  /** Absent for a tool that was removed. */
  after: toolStateSchema.optional(),
  /** When the crawl that showed it was started. */
  at: date,
});

export const jobSchema = z.object({
  server: z.string(),
  url,
  source: z.string(),
  state: z.enum(JOB_STATES),
  stage: z.string().optional(),
  reason: z.string().optional(),
  tools: z.number().int().optional(),
  startedAt: date.optional(),
  finishedAt: date.optional(),
});
export const progressSchema = z.object({
  url,
  run: z.object({ id: z.string(), startedAt: date, finishedAt: date.optional() }).optional(),
  jobs: z.array(jobSchema),
  done: z.number().int(),
  failed: z.number().int(),
  total: z.number().int(),
});

export const statsSchema = z.object({
  url,
  servers: z.number().int(),
  tools: z.number().int(),
  byStatus: counts(CRAWL_STATUSES),
  byCategory: counts(CATEGORIES),
  byRisk: counts(RISKS),
  byFacet: counts(FACETS),
});

export const healthSchema = z.object({
  status: z.literal("ok"),
  servers: z.number().int(),
  tools: z.number().int(),
  rules: z.string(),
});

/** A page of a list. `nextCursor` is opaque; null on the last page. */
export const listSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export type ApiServer = z.infer<typeof serverSchema>;
export type ApiServerDetail = z.infer<typeof serverDetailSchema>;
export type ApiTool = z.infer<typeof toolSchema>;
export type ApiToolDetail = z.infer<typeof toolDetailSchema>;
export type ApiChange = z.infer<typeof changeSchema>;
export type ApiProgress = z.infer<typeof progressSchema>;
export type ApiReview = z.infer<typeof reviewSchema>;
export type ApiStats = z.infer<typeof statsSchema>;
export type ApiHealth = z.infer<typeof healthSchema>;
