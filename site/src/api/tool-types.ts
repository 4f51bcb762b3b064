/** What the API says of tools. */
import { z } from "zod";
import { advisorySchema, attackSchema } from "./attack-types.ts";
import { changeSchema } from "./change-types.ts";
import {
  cacheSchema,
  category,
  confidence,
  date,
  definitionSchema,
  digest,
  evidenceSchema,
  facet,
  hint,
  hints,
  launchSchema,
  listSchema,
  packageSchema,
  risk,
  serverId,
  tokensSchema,
  url,
} from "./common-types.ts";
import { named } from "./named.ts";
import { policySchema } from "./policy-types.ts";
import { verdictSchema } from "./verdict-types.ts";

export const toolSchema = named(
  "Tool",
  "A tool of a server with its verdict in short.",
  z.object({
    server: serverId,
    name: z.string(),
    url,
    title: z.string().optional(),
    digest,
    category,
    risk,
    confidence,
    facets: z.array(facet),
    alarming: z
      .boolean()
      .describe("Whether its text looks like an attack: a finding of its verdict is an error."),
    summary: z.string(),
    firstSeen: date,
    lastSeen: date.describe("When the last crawl that listed it was started."),
    goneSince: date
      .optional()
      .describe("When a crawl first did not list it any more; absent while it is served."),
  }),
);

export const toolListSchema = named("ToolList", "A page of tools.", listSchema(toolSchema));
export const sparseToolListSchema = named(
  "SparseToolList",
  "A page of tools with the fields that were asked for.",
  listSchema(toolSchema.partial()),
);

const versionSchema = named(
  "ToolVersion",
  "A definition that a tool had, and when.",
  z.object({ digest, firstSeen: date, lastSeen: date, category, risk }),
);

const provenanceSchema = named(
  "Provenance",
  "The crawl that served a definition last.",
  z.object({
    source: z.string(),
    package: packageSchema.optional(),
    protocolVersion: z.string().optional(),
    launch: launchSchema.optional(),
    cache: cacheSchema.optional(),
    crawledAt: date,
  }),
);

export const toolDetailSchema = named(
  "ToolDetail",
  "A tool with its definition, its verdict, the recommended policy for it alone, and its history.",
  toolSchema.extend({
    definition: definitionSchema,
    verdict: verdictSchema,
    attacks: z.array(attackSchema),
    advisories: z.array(advisorySchema),
    tokens: tokensSchema,
    provenance: provenanceSchema,
    policy: policySchema,
    reasons: z
      .array(z.object({ pointer: z.string(), why: z.string(), evidence: z.array(evidenceSchema) }))
      .describe("Why each rule of the policy is there; pointer leads into it."),
    versions: z.array(versionSchema).describe("Definitions it has had, newest first."),
    changes: z
      .array(changeSchema)
      .describe(
        "What changed about it from crawl to crawl, newest first, at most 50; /api/v1/changes has all.",
      ),
  }),
);

export const annotationPatchSchema = named(
  "AnnotationPatch",
  "What a maintainer would write in the annotations of a server's tools.",
  z.object({
    tools: z.array(
      z.object({
        url,
        server: serverId,
        name: z.string(),
        digest,
        declared: hints,
        suggested: hints.describe("The hints as they should be: those declared, with the changes."),
        changed: z.array(
          z.object({
            hint,
            declared: z.boolean().optional().describe("Absent when the server says nothing of this hint."),
            suggested: z.boolean(),
            conflict: z.boolean().describe("The declared value contradicts the definition."),
            why: z.string(),
          }),
        ),
        because: z.string(),
        rules: z.string().describe("Version of the rules."),
      }),
    ),
  }),
);

export type ApiTool = z.infer<typeof toolSchema>;
export type ApiToolDetail = z.infer<typeof toolDetailSchema>;
