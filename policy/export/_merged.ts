import { groupBy } from "../_group-by.ts";
import type { Limit, Policy, Rule, ToolPolicy } from "../schema.ts";
import { lossFor } from "./_losses.ts";
import type { ExportServer, Loss } from "./types.ts";

/**
 * One document that lets through no call that one of the documents denies: what one hides is hidden, a name that several
 * list has the rules of all of them, and of two limits of a window the tighter one.
 */
export function mergedPolicy(policies: readonly Policy[]): Policy {
  const hidden = new Set(policies.flatMap(({ hide }) => hide ?? []));
  const names = new Set(policies.flatMap(({ tools }) => Object.keys(tools ?? {})));
  const tools: Record<string, ToolPolicy> = Object.create(null);
  for (const name of [...names].sort()) {
    if (!hidden.has(name)) tools[name] = mergedRules(policies.flatMap((policy) => rulesOf(policy, name)));
  }
  const quotas = tightest(policies.flatMap(({ all_tools }) => all_tools?.limits ?? []));
  return {
    version: "1",
    default: policies.every((policy) => policy.default === "allow") ? "allow" : "deny",
    ...(hidden.size > 0 && { hide: [...hidden].sort() }),
    ...(quotas.length > 0 && { all_tools: { limits: quotas } }),
    ...(Object.keys(tools).length > 0 && { tools }),
  };
}

function rulesOf({ tools }: Policy, name: string): ToolPolicy[] {
  const rules = tools && Object.hasOwn(tools, name) ? tools[name] : undefined;
  return rules ? [rules] : [];
}

function mergedRules(all: ToolPolicy[]): ToolPolicy {
  const deny = distinct(all.flatMap(({ deny_if }) => deny_if ?? []));
  const always = deny.find(({ conditions }) => conditions.length === 0);
  // First denial wins: behind one without conditions nothing else is ever looked at.
  if (always) return { deny_if: [always] };
  const require = distinct(all.flatMap((rules) => rules.require ?? []));
  const limits = tightest(all.flatMap((rules) => rules.limits ?? []));
  return {
    ...(require.length > 0 && { require }),
    ...(deny.length > 0 && { deny_if: deny }),
    ...(limits.length > 0 && { limits }),
  };
}

function distinct(rules: Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule.conditions), rule])).values()];
}

/** For each counter and window the smallest figure. */
function tightest(limits: Limit[]): Limit[] {
  const kept = new Map<string, Limit>();
  for (const limit of limits) {
    const key = JSON.stringify([limit.counter, limit.window, limit.scope]);
    const other = kept.get(key);
    if (!other || limit.max < other.max) kept.set(key, limit);
  }
  return [...kept.values()];
}

/** What a merged document loses: tools of one name on several servers have the rules of all of them. */
export function sharedNameLosses(servers: ExportServer[]): Loss[] {
  const servedBy = groupBy(
    servers.flatMap(({ server, tools }) => tools.map(({ name }) => ({ server, name }))),
    ({ name }) => name,
  );
  return lossFor(
    servers,
    "rules for one server",
    "the rules of all servers that serve a tool of this name apply to each.",
    ({ name }, { server }) => (servedBy.get(name) ?? []).some((other) => other.server !== server),
  );
}
