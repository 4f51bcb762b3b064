import type { z } from "zod";
import { jsonPointer } from "../classifier/json-pointer.ts";
import { OPERATORS, type Policy, policySchema, WINDOWS } from "./schema.ts";

/** One thing that is wrong with a policy document. */
export interface PolicyProblem {
  /** JSON Pointer (RFC 6901) into the document; "" is the document itself. */
  pointer: string;
  expected: string;
  received: string;
  /** What to try. */
  hint: string;
}

export type ParsedPolicy = { ok: true; policy: Policy } | { ok: false; problems: PolicyProblem[] };

/**
 * Checks a policy document against the reference grammar (version "1").
 * In: parsed JSON. Out: the policy, or every problem with its place, what belongs there and what to try.
 */
export function parsePolicy(document: unknown): ParsedPolicy {
  const parsed = policySchema.safeParse(document);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, document)) };
}

function problemsOf(issue: z.core.$ZodIssue, document: unknown): PolicyProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      expected: "no such key",
      received: shown(valueAt(document, [...issue.path, key])),
      hint: `Known keys here: ${keysAt(issue.path).join(", ")}.`,
    }));
  }
  const received = valueAt(document, issue.path);
  return [
    {
      pointer: jsonPointer(issue.path),
      expected: expectation(issue),
      received: shown(received),
      hint: hintFor(issue),
    },
  ];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `${article(issue.expected)} ${issue.expected}`;
    case "invalid_format":
      return "a path such as args.amount";
    case "too_small":
      return issue.origin === "string" ? "a text that is not empty" : `a number of at least ${issue.minimum}`;
    case "invalid_union":
      return "a text, a number, true, false, null, or a list of them";
    default:
      return issue.message;
  }
}

/** The hint goes by the last named key on the way, which says what the writer was at. */
function hintFor(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom" && typeof issue.params?.hint === "string") return issue.params.hint;
  const key = issue.path.findLast((part) => typeof part === "string");
  if (issue.path.length === 0) return 'Start from {"version":"1","default":"deny","tools":{}}.';
  if (key === "*" || key === "") return 'Use all_tools.limits for every tool, or hide: ["*"].';
  return HINTS[String(key)] ?? "Compare with the document that placard policy prints.";
}

const HINTS: Record<string, string> = {
  version: 'Only version "1" is known, written as a text.',
  default: "deny is the safe start: a tool that the server adds later is not callable unseen.",
  hide: 'A list of exact tool names, each once, or ["*"].',
  all_tools: "It holds limits and nothing else.",
  tools: "An object with one key for each tool; {} allows the tool without checks.",
  require: "A list of {conditions, on_deny}.",
  deny_if: "A list of {conditions, on_deny}; conditions: [] denies always.",
  conditions: "A list of {path, op, value}; all must hold.",
  on_deny: "One sentence that tells the caller what to do instead; leave it out for none.",
  path: "Arguments are named from the top with dots; lists have no positions here.",
  op: `Operators: ${OPERATORS.join(", ")}.`,
  value: "in and not_in take a list, lt to gte a number, exists true or false, regex a text.",
  limits: "A list of {counter, window, max, scope}.",
  counter: "A name of your choice; tools that name the same counter share it.",
  window: `Windows: ${WINDOWS.join(", ")}.`,
  max: "To allow no call at all, deny the tool or hide it.",
  scope: 'Only "grant" is known: one token has one count.',
};

function keysAt(path: readonly PropertyKey[]): string[] {
  const last = path.at(-1);
  const parent = path.at(-2);
  if (path.length === 0) return ["version", "default", "hide", "all_tools", "tools"];
  if (path.length === 1 && last === "all_tools") return ["limits"];
  if (path.length === 2 && path[0] === "tools") return ["require", "deny_if", "limits"];
  if (parent === "limits") return ["counter", "window", "max", "scope"];
  if (parent === "conditions") return ["path", "op", "value"];
  return ["conditions", "on_deny"];
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? "an" : "a";
}
