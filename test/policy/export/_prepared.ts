import { CATEGORIES, type Category } from "../../../classifier/index.ts";
import { ACCESSES, type ExportServer, type ExportTool } from "../../../policy/export/types.ts";
import type { Policy, ToolPolicy } from "../../../policy/index.ts";
import { randomFrom } from "../_random.ts";
import { toolOf } from "../_verdict.ts";
import { hostileNames } from "./_hostile-names.ts";

const LIMIT = { counter: "calls", window: "minute" as const, max: 5, scope: "grant" as const };
const RULES: Record<ExportTool["access"], ToolPolicy> = {
  allow: {},
  limit: { limits: [LIMIT] },
  check: {
    deny_if: [
      {
        conditions: [{ path: "args.action", op: "not_in", value: ["list", 'get"\u2028|)', 2, true] }],
        on_deny: "No.",
      },
      { conditions: [{ path: "args.action", op: "exists", value: false }], on_deny: "No." },
    ],
    limits: [LIMIT],
  },
  deny: { deny_if: [{ conditions: [], on_deny: "Denied." }] },
  hide: {},
};

/** A tool for exports, with the rules that its access means. */
export function exportTool(
  name: string,
  access: ExportTool["access"],
  category: Category = "Write",
): ExportTool {
  return { ...toolOf(name, { category }), name, access, rules: RULES[access] };
}

/** A server of these tools, with the document they come to. */
export function exportServer(alias: string, tools: ExportTool[], server = `npm/${alias}`): ExportServer {
  const policy: Policy = {
    version: "1",
    default: "deny",
    hide: tools.filter(({ access }) => access === "hide").map(({ name }) => name),
    tools: Object.fromEntries(
      tools
        .filter(({ access, name }) => access !== "hide" && name !== "*")
        .map(({ name, rules }) => [name, rules]),
    ),
  };
  return { server, alias, tools, policy };
}

/** Two servers with hostile names, many of them on both, and every access and category. */
export function hostileServers(count: number, seed: number): ExportServer[] {
  const { pick } = randomFrom(seed);
  return ["first", "second-one"].map((alias, index) =>
    exportServer(
      alias,
      hostileNames(count, seed + (index % 2 === 0 ? 0 : 1)).map((name) =>
        exportTool(name, pick(ACCESSES), pick(CATEGORIES)),
      ),
    ),
  );
}
