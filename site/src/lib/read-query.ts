/** Reads query strings by their schemas: one reading for pages and API. */
import { z } from "zod";
import { inWords } from "../../../mcp/in-words.ts";

/** A parameter that can't be taken: which, and one sentence. */
export interface BadParameter {
  parameter: string;
  detail: string;
}

export type Read<Value> = { ok: true; value: Value } | { ok: false; problem: BadParameter };

/** One of these words. What is none of them is refused with all of them. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: mustBeOneOf(words) });

/** The end of a sentence about a parameter. */
export const mustBeOneOf = (words: readonly (string | number)[]): string =>
  `must be one of ${words.join(", ")}`;

/** Unknown parameters that are named: an address has room for thousands. */
const NAMED = 5;

/** Some of the parameters of a query string that a schema does not know, each as one sentence with the nearest it knows. */
export function unknownParameters(params: URLSearchParams, schema: z.ZodObject): BadParameter[] {
  const known = Object.keys(schema.shape);
  return unknownNames(params, schema)
    .slice(0, NAMED)
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

/** The same for a page that goes on without them, and how many more there are. */
export function ignoredParameters(params: URLSearchParams, schema: z.ZodObject): string[] {
  const named = unknownParameters(params, schema).map(({ detail }) => `${detail} It was ignored.`);
  const left = unknownNames(params, schema).length - named.length;
  return left > 0 ? [...named, `So were ${left} more that are not known here.`] : named;
}

function unknownNames(params: URLSearchParams, { shape }: z.ZodObject): string[] {
  return [...new Set(params.keys())].filter((name) => !Object.hasOwn(shape, name));
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

/**
 * `readQuery` for the API: a parameter that is not known, or is empty, is a mistake and not an unfiltered list.
 * @param takesEmpty whether an empty one counts as not given all the same
 */
export function readStrictQuery<Schema extends z.ZodObject>(
  params: URLSearchParams,
  schema: Schema,
  takesEmpty = false,
): Read<z.infer<Schema>> {
  const empty = takesEmpty ? undefined : emptyParameter(params);
  const [problem = empty] = unknownParameters(params, schema);
  return problem ? { ok: false, problem } : readQuery(params, schema);
}

function emptyParameter(params: URLSearchParams): BadParameter | undefined {
  const [parameter] = [...params].find(([, value]) => value.trim() === "") ?? [];
  if (parameter === undefined) return undefined;
  return { parameter, detail: `The parameter ${parameter} is empty; give it a value, or leave it out.` };
}

/**
 * Reads a query string with a schema of this file. Empty values count as not given, as an empty form field is. A
 * parameter that the schema has as an array may be given again and again; every other once.
 */
export function readQuery<Schema extends z.ZodType>(
  params: URLSearchParams,
  schema: Schema,
): Read<z.infer<Schema>> {
  const lists = schema instanceof z.ZodObject ? listsOf(schema) : new Set<string>();
  const given: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    if (lists.has(name)) {
      const said = values.filter((value) => value !== "");
      if (said.length > 0) given[name] = said;
    } else if (values.length > 1) {
      const detail = `The parameter ${name} is given more than once; give it once.`;
      return { ok: false, problem: { parameter: name, detail } };
    } else if (values[0]) given[name] = values[0];
  }
  const result = schema.safeParse(given, { error: inWords });
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const parameter = String(issue?.path[0] ?? "");
  return {
    ok: false,
    problem: { parameter, detail: `The parameter ${parameter} ${issue?.message ?? "can't be read"}.` },
  };
}

/** The parameters that may be given again and again. */
function listsOf(schema: z.ZodObject): Set<string> {
  return new Set(Object.keys(schema.shape).filter((name) => isList(schema.shape[name])));
}

/** Whether a parameter may be given again and again. */
export function isList(field: unknown): boolean {
  return field instanceof z.ZodOptional ? isList(field.unwrap()) : field instanceof z.ZodArray;
}
