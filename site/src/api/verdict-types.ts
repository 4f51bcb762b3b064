/** What the API says of a verdict. */
import { z } from "zod";
import {
  category,
  confidence,
  digest,
  evidenceSchema,
  facet,
  hint,
  hints,
  reach,
  reversible,
  risk,
  serverId,
  severity,
} from "./common-types.ts";
import { named } from "./named.ts";

export const reviewSchema = named(
  "Review",
  "What the rules said, what a model said of it, and how that ended.",
  z.object({
    stage: z.literal("model"),
    model: z.string(),
    promptVersion: z.string(),
    outcome: z.enum(["confirmed", "raised", "lowered", "kept", "failed"]),
    note: z.string().describe("Why it ended so: the model's judgement counts, or does not."),
    offline: z.object({ category, risk }).describe("What the rules said."),
    said: z.object({ category, risk }).optional().describe("Absent where no answer could be used."),
    evidence: z
      .array(evidenceSchema.pick({ pointer: true, start: true, end: true, excerpt: true }))
      .describe("What the model quotes from the definition, letter by letter."),
  }),
);

const branchSchema = named(
  "Branch",
  "The verdict on the calls that have this value in this argument.",
  z.object({
    pointer: z.string(),
    argument: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]),
    category,
    risk,
    because: z.string(),
  }),
);

/** What a verdict says of a tool, and what a reviewer may have corrected. */
const judged = {
  category,
  risk,
  confidence,
  facets: z.array(facet),
  reversible,
  reach,
  summary: z.string(),
  because: z.string().describe("Why this category and this risk."),
  notBecause: z.array(z.object({ category, why: z.string() })).describe("Why none of its neighbours."),
  branches: z
    .array(branchSchema)
    .describe("Verdicts that depend on an argument; the tool's own is the worst."),
  annotations: z.object({
    declared: hints,
    suggested: hints,
    conflicts: z
      .array(z.object({ hint, declared: z.boolean(), suggested: z.boolean(), why: z.string() }))
      .describe("Claims that contradict the name, the description or the schema."),
  }),
};

const correctionSchema = named(
  "Correction",
  "A person has read the definition, and their word stands in the verdict.",
  z.object({
    who: z.string(),
    when: z.iso.date().describe("The day of the review."),
    why: z.string(),
    classified: z.object(judged).describe("What the classifier said, or a model that read it again."),
  }),
);

const findingSchema = named(
  "Finding",
  "Something in a definition that a reader should know of, such as instructions addressed to the model.",
  z.object({
    id: z.string().describe("The kind of finding."),
    severity,
    message: z.string(),
    evidence: z.array(evidenceSchema),
  }),
);

/** A verdict without the server: of a definition, whoever serves it. */
export const definitionVerdictSchema = named(
  "DefinitionVerdict",
  "What a tool can do and how bad that can get, by its definition. A server can do something else than it says.",
  z.object({
    ...judged,
    name: z.string(),
    digest,
    evidence: z.array(evidenceSchema),
    findings: z.array(findingSchema),
    rules: z.string().describe("Version of the rules."),
    review: reviewSchema.optional().describe("There when a model was asked for a second reading."),
    correction: correctionSchema
      .optional()
      .describe(
        "There when a reviewer has corrected it; every other field says what holds with the correction.",
      ),
  }),
);

export type ApiReview = z.infer<typeof reviewSchema>;

export const verdictSchema = named(
  "Verdict",
  "A verdict on a tool of a server.",
  definitionVerdictSchema.extend({ server: serverId }),
);
