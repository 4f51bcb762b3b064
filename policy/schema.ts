import { z } from "zod";
import { byName } from "./_by-name.ts";
import { parsePattern } from "./_pattern.ts";

/**
 * The reference grammar: the `policy.json`, version "1", of MCP gateways that attach one document to a grant (one
 * token for one server). First denial wins; a tool that is not listed gets `default`. Field by field:
 *
 * | field | meaning |
 * | --- | --- |
 * | `default` | what happens to tools that are not listed |
 * | `hide` | not in `tools/list` and denied when called; `"*"` means every tool |
 * | `all_tools.limits` | quota over all tools together |
 * | `tools[name]` | exact name; `{}` allows without checks |
 * | `require` | each must hold, or the call is denied |
 * | `deny_if` | one that holds denies the call; no conditions hold always |
 * | `limits` | at most `max` calls a `window` for each grant |
 *
 * Unknown keys are errors everywhere: a misspelt `deny_if` must not read as "no checks". What each operator does with
 * which arguments is in `_condition.ts`, which patterns are taken in `_pattern.ts`.
 */

/** Operators of a condition. Where the argument is absent every operator but `exists` is false. */
export const OPERATORS = [
  "eq",
  "neq",
  "in",
  "not_in",
  "lt",
  "lte",
  "gt",
  "gte",
  "regex",
  "contains",
  "exists",
] as const;
export type Operator = (typeof OPERATORS)[number];

export const WINDOWS = ["minute", "hour"] as const;
export type Window = (typeof WINDOWS)[number];

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const conditionSchema = z
  .strictObject({
    path: z
      .string()
      .regex(/^args(\.[^.]+)+$/)
      .describe("Argument, dotted from its top: args.amount"),
    op: z.enum(OPERATORS),
    value: z.union([scalar, z.array(scalar)]),
  })
  .superRefine(({ op, value }, context) => {
    const expected = expectedValue(op);
    if (!expected.fits(value)) {
      context.addIssue({
        code: "custom",
        path: ["value"],
        message: `${expected.words} for the operator ${op}`,
      });
    } else if (op === "regex") {
      const pattern = parsePattern(String(value));
      if (pattern.ok) return;
      context.addIssue({
        code: "custom",
        path: ["value"],
        message: "a pattern of RE2 that nobody reads otherwise",
        params: { hint: `In this one ${pattern.why}.` },
      });
    }
  });

function expectedValue(op: Operator): { words: string; fits: (value: unknown) => boolean } {
  switch (op) {
    case "in":
    case "not_in":
      return { words: "a list", fits: (value) => Array.isArray(value) };
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return { words: "a number", fits: (value) => typeof value === "number" };
    case "exists":
      return { words: "true or false", fits: (value) => typeof value === "boolean" };
    case "regex":
      return { words: "a pattern", fits: (value) => typeof value === "string" };
    default:
      return { words: "one value", fits: (value) => !Array.isArray(value) };
  }
}

const ruleSchema = z.strictObject({
  conditions: z.array(conditionSchema).describe("All must hold; none at all holds always"),
  on_deny: z.string().min(1).optional().describe("What the caller is told"),
});

const limitSchema = z.strictObject({
  counter: z.string().min(1).describe("Name of the counter; tools with the same counter share it"),
  window: z.enum(WINDOWS),
  max: z.int().min(1).describe("Calls allowed in one window; to allow none, deny or hide the tool"),
  scope: z.literal("grant"),
});

export const toolSchema = z.strictObject({
  require: z.array(ruleSchema).optional(),
  deny_if: z.array(ruleSchema).optional(),
  limits: z.array(limitSchema).optional(),
});

/** One comparison of an argument with a value. */
export type Condition = z.infer<typeof conditionSchema>;
/** Conditions and what the caller is told when they deny. */
export type Rule = z.infer<typeof ruleSchema>;
/** A quota. */
export type Limit = z.infer<typeof limitSchema>;
/** What applies to one tool; `{}` allows it without checks. */
export type ToolPolicy = z.infer<typeof toolSchema>;

const toolsSchema = byName(toolSchema, (name) =>
  name === "" || name === "*" ? "the exact name of a tool" : undefined,
);

/** The whole document. Parse with `parsePolicy`, which says what is wrong in words. */
export const policySchema = z.strictObject({
  version: z.literal("1"),
  default: z.enum(["allow", "deny"]),
  hide: z
    .array(z.string().min(1))
    .refine((names) => new Set(names).size === names.length, { message: "no name twice" })
    .optional(),
  all_tools: z.strictObject({ limits: z.array(limitSchema).optional() }).optional(),
  tools: toolsSchema.optional(),
});

/** A policy document, version "1". */
export type Policy = z.infer<typeof policySchema>;
