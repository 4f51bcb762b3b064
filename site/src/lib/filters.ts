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

/** A parameter that can't be taken: which, and one sentence. */
export interface BadParameter {
  parameter: string;
  detail: string;
}

export type Read<Value> = { ok: true; value: Value } | { ok: false; problem: BadParameter };

const oneOf = (words: readonly string[]) => `must be one of ${words.join(", ")}`;

const limit = z.coerce
  .number({ error: "must be a whole number from 1 to 200" })
  .int("must be a whole number from 1 to 200")
  .min(1, "must be at least 1")
  .max(200, "must be at most 200");
const cursor = z
  .string()
  .max(2_000, "is not a cursor of this list; take it from nextCursor of the page before")
  .regex(/^[\w-]+=*$/, "is not a cursor of this list; take it from nextCursor of the page before");

/** Ids of the kinds of findings, in the order of their names. */
export const FINDINGS = listFindingKinds()
  .map(({ id }) => id)
  .sort();

/** Ids of the rules, and of the trained model, which leaves evidence as they do. */
const RULES = new Set([...listRules().map(({ id }) => id), MODEL_RULE]);

export const pageQuery = z.object({ limit: limit.optional(), cursor: cursor.optional() });

const server = z.string().max(600, "must be a server id, such as npm/@scope/name");

export const changeQuery = pageQuery
  .extend({
    server: server.optional(),
    tool: z.string().max(2_600, "must be the name of a tool").optional(),
    kind: z.enum(CHANGE_KINDS, { error: oneOf(CHANGE_KINDS) }).optional(),
    worse: z
      .enum(["true", "false"], { error: oneOf(["true", "false"]) })
      .transform((word) => word === "true")
      .optional(),
  })
  .refine((query) => query.tool === undefined || query.server !== undefined, {
    path: ["tool"],
    error: "is a name on one server; give that server's id as server too",
  });

export const toolQuery = pageQuery.extend({
  server: server.optional(),
  category: z.preprocess(categoryCase, z.enum(CATEGORIES, { error: oneOf(CATEGORIES) }).optional()),
  risk: z.enum(RISKS, { error: oneOf(RISKS) }).optional(),
  facet: z.enum(FACETS, { error: oneOf(FACETS) }).optional(),
  finding: z.enum(FINDINGS, { error: oneOf(FINDINGS) }).optional(),
  rule: z
    .string()
    .refine((id) => RULES.has(id), "must be the id of a rule, as its page has it")
    .optional(),
  conflict: z
    .literal("true", { error: "must be true, or left out" })
    .transform(() => true as const)
    .optional(),
  confidence: z.coerce
    .number()
    .pipe(z.literal(CONFIDENCES, { error: oneOf(CONFIDENCES.map(String)) }))
    .optional(),
  text: z
    .string()
    .max(200, "must be at most 200 characters")
    .refine((text) => !text.includes("\0"), "must not hold the character U+0000")
    .optional(),
});

/** `execute` and `EXECUTE` are Execute: addresses are written small. */
export function categoryNamed(text: string): Category | undefined {
  return CATEGORIES.find((category) => category.toLowerCase() === text.toLowerCase());
}

function categoryCase(value: unknown): unknown {
  return typeof value === "string" ? (categoryNamed(value) ?? value) : value;
}

/** The parameters of a query string that a schema does not know, each as one sentence with the nearest it knows. */
export function unknownParameters(params: URLSearchParams, schema: z.ZodObject): BadParameter[] {
  const known = Object.keys(schema.shape);
  return [...new Set(params.keys())]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const like = mostLike(name, known);
      const shown = JSON.stringify(name.slice(0, 100));
      const hint = like
        ? `Perhaps ${like} is meant.`
        : known.length > 0
          ? `Known are ${known.join(", ")}.`
          : "";
      return { parameter: name.slice(0, 100), detail: `There is no parameter ${shown} here. ${hint}`.trim() };
    });
}

/** The word that shares most pairs of letters with this one (Dice's coefficient), if it is half of them. */
function mostLike(name: string, words: string[]): string | undefined {
  const share = (word: string) => {
    const [a, b] = [pairs(name), pairs(word)];
    return (2 * a.filter((pair) => b.includes(pair)).length) / Math.max(1, a.length + b.length);
  };
  const [best] = words.toSorted((a, b) => share(b) - share(a));
  return best !== undefined && share(best) >= 0.5 ? best : undefined;
}

function pairs(word: string): string[] {
  const low = word.toLowerCase().slice(0, 100);
  return Array.from({ length: Math.max(0, low.length - 1) }, (_, index) => low.slice(index, index + 2));
}

/** `readQuery` for the API: a parameter that is not known is a mistake, not an unfiltered list. */
export function readStrictQuery<Schema extends z.ZodObject>(
  params: URLSearchParams,
  schema: Schema,
): Read<z.infer<Schema>> {
  const [problem] = unknownParameters(params, schema);
  return problem ? { ok: false, problem } : readQuery(params, schema);
}

/** Reads a query string with a schema of this file. Empty values count as not given, as an empty form field is. */
export function readQuery<Schema extends z.ZodType>(
  params: URLSearchParams,
  schema: Schema,
): Read<z.infer<Schema>> {
  const twice = [...new Set(params.keys())].find((name) => params.getAll(name).length > 1);
  if (twice)
    return {
      ok: false,
      problem: { parameter: twice, detail: `The parameter ${twice} is given more than once; give it once.` },
    };
  const given = Object.fromEntries([...params].filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const parameter = String(issue?.path[0] ?? "");
  return {
    ok: false,
    problem: { parameter, detail: `The parameter ${parameter} ${issue?.message ?? "can't be read"}.` },
  };
}
