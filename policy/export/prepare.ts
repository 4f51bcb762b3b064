import { type JudgedTool, type RecommendOptions, recommendServer } from "../recommend.ts";
import type { Policy, ToolPolicy } from "../schema.ts";
import type { Access, ExportServer } from "./types.ts";

/**
 * Recommends a policy for a server and says of each tool what it does with it.
 *
 * @param server our id of it, by which overrides may name its tools
 * @param alias the name the user's client gives the server
 */
export function prepareServer(
  server: string,
  alias: string,
  tools: JudgedTool[],
  options: RecommendOptions = {},
): ExportServer {
  const { policy } = recommendServer(tools, { ...options, server });
  const names = new Set<string>();
  const prepared = [];
  for (const tool of tools) {
    const { name } = tool.definition;
    // A name that is served twice has the rules of both tools, and is one tool to every engine.
    if (names.has(name)) continue;
    names.add(name);
    const rules = rulesOf(policy, name);
    prepared.push({ ...tool, name, access: accessOf(policy, name), rules });
  }
  return { server, alias, tools: prepared.sort((a, b) => (a.name < b.name ? -1 : 1)), policy };
}

function rulesOf(policy: Policy, name: string): ToolPolicy {
  return policy.tools && Object.hasOwn(policy.tools, name) ? (policy.tools[name] as ToolPolicy) : {};
}

/** What a policy does with a tool, whatever the call's arguments. */
export function accessOf(policy: Policy, name: string): Access {
  if (policy.hide?.includes(name) || policy.hide?.includes("*")) return "hide";
  const isListed = policy.tools !== undefined && Object.hasOwn(policy.tools, name);
  if (!isListed && policy.default === "deny") return "deny";
  const { deny_if = [], require = [], limits = [] } = rulesOf(policy, name);
  if (deny_if.some((rule) => rule.conditions.length === 0)) return "deny";
  if (deny_if.length > 0 || require.some((rule) => rule.conditions.length > 0)) return "check";
  return limits.length > 0 || (policy.all_tools?.limits ?? []).length > 0 ? "limit" : "allow";
}
