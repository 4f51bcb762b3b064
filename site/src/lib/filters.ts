/** The filters of the tool lists, read from a query string: one reading for pages and API. */
import { z } from "zod";
import {
  CATEGORIES,
  type Category,
  FACETS,
  listFindingKinds,
  listRules,
  MODEL_RULE,
  RISKS,
} from "../../../classifier/index.ts";
import { CHANGE_KINDS, CONFIDENCES } from "../../../db/types.ts";
import { mustBeOneOf, oneOf } from "./read-query.ts";

export {
  ignoredParameters,
  isList,
  oneOf,
  type Read,
  readQuery,
  readStrictQuery,
} from "./read-query.ts";

/** A whole number in decimal digits: `0x10` and `1e1` are none. */
export function wholeNumber(least: number, most: number, usual: number) {
  const isOne = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  return z
    .string()
    .refine(isOne, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .meta({ type: "integer", minimum: least, maximum: most, default: usual });
}

const limit = wholeNumber(1, 200, 50).describe("Items a page; 50 unless told.");
const cursor = z
  .string()
  .max(6_000, "is not a cursor of this list; take it from nextCursor of the page before")
  .regex(/^[\w-]+=*$/, "is not a cursor of this list; take it from nextCursor of the page before")
  .describe("The nextCursor of the page before, with the same filters and the same sort.");

/** Ids of the kinds of findings, in the order of their names. */
export const FINDINGS = listFindingKinds()
  .map(({ id }) => id)
  .sort();

/** Ids of the rules, and of the trained model, which leaves evidence as they do. */
const RULES = new Set([...listRules().map(({ id }) => id), MODEL_RULE]);

export const pageQuery = z.object({ limit: limit.optional(), cursor: cursor.optional() });

/** `true` or `false`, and nothing else. */
export const flag = oneOf(["true", "false"])
  .transform((word) => word === "true")
  .meta({ type: "boolean", enum: [true, false] });

/** Words that are looked for. */
export const wordsToFind = z
  .string()
  .max(200, "must be at most 200 characters")
  .refine((text) => !text.includes("\0"), "must not hold the character U+0000");

/** The end of the year 9999, in milliseconds: the last that ISO 8601 and PostgreSQL write alike. */
const LATEST = 253_402_300_799_999;

const isoMoment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A + that was not percent-encoded is a space here, and in a moment nothing else is. */
const withPlus = (text: string): string => text.replace(/ (?=\d\d:\d\d$)/, "+");

/** A moment, as ISO 8601 with a time zone; a day alone is its beginning in UTC. Out: ISO 8601 in UTC, from 1970 on. */
export const moment = z
  .string()
  .refine(
    (text) => isoMoment.safeParse(withPlus(text)).success,
    "must be a time as in ISO 8601, such as 2026-11-22T20:00:00Z",
  )
  .transform((text) => new Date(Math.min(Math.max(Date.parse(withPlus(text)), 0), LATEST)).toISOString())
  .meta({ format: "date-time" });

const server = z
  .string()
  .max(600, "must be a server id, such as npm/@scope/name")
  .describe("Server id, such as npm/@scope/name.");

export const changeQuery = pageQuery
  .extend({
    server: server.optional(),
    tool: z
      .string()
      .max(2_600, "must be the name of a tool")
      .optional()
      .describe("A tool of that server, by its name now or before it was renamed; only with server."),
    kind: oneOf(CHANGE_KINDS).optional().describe("Only changes of this kind."),
    worse: flag.optional().describe("true: only verdicts that were raised. false: everything else."),
  })
  .refine((query) => query.tool === undefined || query.server !== undefined, {
    path: ["tool"],
    error: "is a name on one server; give that server's id as server too",
  });

/** What tools are filtered by, one value each. */
export const TOOL_FILTERS = {
  server: server.describe("Only the tools of this server, by its id."),
  category: z
    .preprocess(categoryCase, oneOf(CATEGORIES))
    .meta({ type: "string", enum: [...CATEGORIES], description: "Only tools of this category." }),
  risk: oneOf(RISKS).describe("Only tools of this risk."),
  facet: oneOf(FACETS).describe("Only tools that touch this."),
  finding: oneOf(FINDINGS).describe("Only tools with a finding of this kind."),
  rule: z
    .string()
    .refine((id) => RULES.has(id), "must be the id of a rule, as its page has it")
    .meta({ enum: [...RULES], description: "Only tools with evidence by this rule." }),
  confidence: z
    .string()
    .transform((text) => (/^\d(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN))
    .pipe(z.literal(CONFIDENCES, { error: mustBeOneOf(CONFIDENCES) }))
    .meta({ type: "number", enum: [...CONFIDENCES], description: "The least confidence of the verdict." }),
  text: wordsToFind.describe(
    "Words that must all occur in name, title, description or server id, in any case; the last one also as the beginning of a word.",
  ),
};

const { confidence, text, ...others } = z.object(TOOL_FILTERS).partial().shape;

export const toolQuery = pageQuery.extend({
  ...others,
  conflict: z
    .literal("true", { error: "must be true, or left out" })
    .transform(() => true as const)
    .optional(),
  confidence,
  text,
});

/** `execute` and `EXECUTE` are Execute: addresses are written small. */
export function categoryNamed(text: string): Category | undefined {
  return CATEGORIES.find((category) => category.toLowerCase() === text.toLowerCase());
}

function categoryCase(value: unknown): unknown {
  return typeof value === "string" ? (categoryNamed(value) ?? value) : value;
}
