import type { z } from "zod";
import { jsonPointer } from "../classifier/json-pointer.ts";
import { type InterceptRule, interceptSchema, interceptToolSchema } from "./_intercept-schema.ts";
import { type ParsedPolicy, type PolicyProblem, parsePolicy } from "./parse.ts";
import type { Limit, Rule, ToolPolicy, Window } from "./schema.ts";

/**
 * Reads Intercept's policy, version "1". What the reference grammar has no words for is a problem and never dropped:
 * windows of a day, increments other than one call, approvals, conditions on counters, rules for "*" other than rate
 * limits. One thing is stricter afterwards: arguments of another type than the rule's value are denied.
 *
 * @param document the file's YAML, read (by a reader that makes plain objects)
 */
export function fromIntercept(document: unknown): ParsedPolicy {
  const parsed = interceptSchema.safeParse(document);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map((issue) => grammar(issue, [])) };
  const problems: PolicyProblem[] = [];
  const tools: Record<string, ToolPolicy> = Object.create(null);
  let shared: Limit[] = [];
  for (const [name, value] of Object.entries(parsed.data.tools ?? {})) {
    const tool = interceptToolSchema.safeParse(value);
    if (!tool.success) {
      problems.push(...tool.error.issues.map((issue) => grammar(issue, ["tools", name])));
      continue;
    }
    const made = toolFrom(name, tool.data.rules, problems);
    if (name !== "*") tools[name] = made;
    else {
      shared = made.limits ?? [];
      if (made.require || made.deny_if)
        problems.push(problem(["tools", "*"], "rate limits only", "Write the rules for each tool by name."));
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return parsePolicy({
    version: "1",
    default: parsed.data.default ?? "allow",
    ...(parsed.data.hide ? { hide: parsed.data.hide } : {}),
    ...(shared.length > 0 ? { all_tools: { limits: shared } } : {}),
    ...(parsed.data.tools ? { tools } : {}),
  });
}

function toolFrom(tool: string, rules: InterceptRule[], problems: PolicyProblem[]): ToolPolicy {
  const made: ToolPolicy = {};
  rules.forEach((rule, index) => {
    const at = ["tools", tool, "rules", index];
    const say = (key: string, expected: string, hint: string) =>
      problems.push(problem([...at, key], expected, hint));
    const { action = "evaluate", conditions = [], state, rate_limit } = rule;
    const message = rule.on_deny ? { on_deny: rule.on_deny } : {};
    if (action === "require_approval" || rule.approval_timeout !== undefined) {
      say("action", "evaluate or deny", "policy.json has no approval: deny, or limit the rate.");
    } else if (action === "deny") {
      if (conditions.length > 0 || rate_limit !== undefined || state)
        say("action", "a denial without conditions", "A denial denies always.");
      made.deny_if = [...(made.deny_if ?? []), { conditions: [], ...message }];
    } else if (rate_limit !== undefined) {
      const limit = limitFrom(tool, rate_limit);
      if (!limit || conditions.length > 0 || state)
        say(
          "rate_limit",
          "calls and minute or hour, alone in its rule",
          "Write 10/minute, or 240/hour for a day's rate.",
        );
      else made.limits = [...(made.limits ?? []), limit];
    } else if (state || conditions.some(({ path }) => path.startsWith("state."))) {
      say(
        "state",
        "no counters of its own",
        "Write it as rate_limit; spending cannot be counted in policy.json.",
      );
    } else if (conditions.length === 0) {
      say("conditions", "one condition at least", "Leave the rule out if nothing is asked.");
    } else {
      const required: Rule = { conditions, ...message };
      made.require = [...(made.require ?? []), required];
    }
  });
  return made;
}

/** Counters get names of their own, so that only the limits over all tools count all of them. */
function limitFrom(tool: string, rate: string | number): Limit | undefined {
  const parts = /^([1-9][0-9]{0,14})\/(minute|hour)$/.exec(String(rate));
  if (!parts) return undefined;
  const window = parts[2] as Window;
  const counter = tool === "*" ? `_global/${window}` : `tool/${tool}/${window}`;
  return { counter, window, max: Number(parts[1]), scope: "grant" };
}

function problem(path: PropertyKey[], expected: string, hint: string): PolicyProblem {
  return { pointer: jsonPointer(path), expected, received: "something else", hint };
}

function grammar(issue: z.core.$ZodIssue, path: PropertyKey[]): PolicyProblem {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  return {
    pointer: jsonPointer([...path, ...issue.path, ...keys.slice(0, 1)]),
    expected: keys.length > 0 ? "no such key" : issue.message,
    received: "something else",
    hint: "Compare with Intercept's own description of its files.",
  };
}
