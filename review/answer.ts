import { z } from "zod";
import { CATEGORIES, RISKS } from "../classifier/index.ts";

/** Most quotes of an answer, and the longest one and the longest reasoning, in UTF-16 code units. */
const MAX_QUOTES = 12;
const MAX_QUOTE = 1_000;
const MAX_WHY = 4_000;

const shape = z.strictObject({
  why: z
    .string()
    .describe("At most 60 words: what a caller can make the tool do, and which convention applies."),
  category: z.enum(CATEGORIES),
  risk: z.enum(RISKS),
  quotes: z
    .array(z.string())
    .describe(
      "The passages of the definition that decide this, copied exactly, as they read after JSON decoding.",
    ),
});

/**
 * The answer we ask a model for. The bounds are not in the JSON Schema it is sent, since endpoints differ in the
 * keywords they take.
 */
const answerSchema = shape
  .refine(({ category, risk }) => (category === "Unknown") === (risk === "unknown"), "Unknown has no risk")
  .refine(({ why }) => why.length <= MAX_WHY, "the reasoning is too long")
  .refine(({ quotes }) => quotes.length <= MAX_QUOTES, "there are too many quotes")
  .refine(({ quotes }) => quotes.every((quote) => quote.length <= MAX_QUOTE), "a quote is too long");

/**
 * What is kept of an answer. Its reasoning is not: it makes a model think before it judges, and a hostile definition
 * could dictate it.
 */
export const keptAnswerSchema = z.strictObject({
  category: shape.shape.category,
  risk: shape.shape.risk,
  quotes: z.array(z.string().max(MAX_QUOTE)).max(MAX_QUOTES),
});
export type Answer = z.infer<typeof keptAnswerSchema>;

/** The JSON Schema of an answer, for endpoints that hold the model to one. */
export function answerJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape);
  return schema;
}

/** Reads what a model wrote. `why` completes "the model …". */
export function parseAnswer(text: string): { ok: true; answer: Answer } | { ok: false; why: string } {
  const value = jsonIn(text);
  if (value === undefined) return { ok: false, why: "did not answer in JSON" };
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return { ok: false, why: "answered in another shape than asked for" };
  const { category, risk, quotes } = parsed.data;
  return { ok: true, answer: { category, risk, quotes } };
}

/** Models that are not held to JSON put it into a fence, or think aloud before it. */
function jsonIn(text: string): unknown {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  for (const candidate of [text, text.slice(start, end + 1)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Then it is the other one, or none.
    }
  }
  return undefined;
}
