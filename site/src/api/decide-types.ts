/** What the API reads and answers of definitions and calls that are sent in. */
import { z } from "zod";
import { DECISIONS } from "../../../policy/index.ts";
import { date, tokensSchema } from "./common-types.ts";
import { sentFlowSchema } from "./flow-types.ts";
import { named } from "./named.ts";
import { policySchema } from "./policy-types.ts";
import { definitionVerdictSchema } from "./verdict-types.ts";

/** Definitions that are taken at once: with the limit of the body, well under a second's work. */
export const MOST_DEFINITIONS = 1_000;

const server = z.string().max(600).describe("The server it is of, if that is to be said in the answer.");
// Entries that cannot be taken are answered as problems, one by one: here they may be anything.
const definitions = z
  .array(z.unknown())
  .describe("Tool definitions. Of an entry that is none the answer says so in problems.")
  .meta({ maxItems: MOST_DEFINITIONS });

export const classifyRequestSchema = named(
  "ClassifyRequest",
  "One definition, a list of them, a tools/list result, or the whole JSON-RPC response that it came in. A key server beside a definition or a list is no part of it: it is said in the answer.",
  z.union(
    [
      definitions,
      z.looseObject({ server: server.optional(), result: z.looseObject({ tools: definitions }) }),
      z.looseObject({ server: server.optional(), tools: definitions }),
      z.looseObject({ name: z.string(), server: server.optional() }),
    ],
    {
      error:
        "is neither a definition with a name, nor a list of definitions, nor a tools/list result or the JSON-RPC response around one",
    },
  ),
);

/** Beside an entry of a list it may be of any length. */
const sentServer = z.string().optional().describe("The server it was sent as of, where one was named.");

const sentVerdictSchema = named(
  "SentVerdict",
  "A verdict on a definition that was sent.",
  definitionVerdictSchema.extend({
    server: sentServer,
    tokens: tokensSchema,
  }),
);

export const classificationSchema = named(
  "Classification",
  "Verdicts on the definitions that were sent. Nothing of it is stored.",
  z.object({
    items: z.array(sentVerdictSchema).describe("In the order of the definitions."),
    problems: z
      .array(
        z.object({
          server: sentServer,
          name: z.string().optional(),
          pointer: z.string().optional().describe("JSON Pointer into the body, where it is an entry of it."),
          problem: z.string().describe("The end of a sentence: why it could not be taken."),
        }),
      )
      .describe("Entries that could not be taken. What they could do nobody can tell."),
    flows: z.array(sentFlowSchema).describe("Most severe first; at most one of each kind."),
    tokens: tokensSchema.describe("Of all definitions together."),
  }),
);

export const evaluateRequestSchema = named(
  "EvaluateRequest",
  "A policy, and calls to try on it. None of them is made.",
  z.strictObject({
    policy: policySchema,
    calls: z
      .array(
        z.strictObject({
          server: z
            .string()
            .max(600)
            .optional()
            .describe("Calls of one server share the counters of the limits; left out: they are of one."),
          tool: z.string().describe("The name of the tool."),
          arguments: z
            .unknown()
            .optional()
            .describe("An object with the arguments. Left out: none; what is no object is denied."),
        }),
      )
      .min(1)
      .max(1_000)
      .describe("In the order in which they come, all in one moment."),
  }),
);

export const evaluationSchema = named(
  "Evaluation",
  "What the policy does with each call.",
  z.object({
    decisions: z
      .array(
        z.object({
          server: z.string().optional(),
          tool: z.string(),
          decision: z.enum(DECISIONS),
          rule: z
            .string()
            .nullable()
            .describe("JSON Pointer into the policy to what decided; null for a call that is none."),
          message: z.string().describe("What the caller is told; empty when allowed."),
          retryAt: date.optional().describe("When the limit's window ends; only when limited."),
        }),
      )
      .describe("One for each call, in their order; at most 4 MB in all."),
  }),
);

export type ApiClassification = z.infer<typeof classificationSchema>;
export type ApiEvaluation = z.infer<typeof evaluationSchema>;
export type EvaluateRequest = z.infer<typeof evaluateRequestSchema>;
