import { z } from "zod";
import type { JudgedTool } from "./recommend.ts";

/**
 * Which definitions a policy was made for. The reference grammar has no place for it (unknown keys are errors), so it
 * stands in a file beside the document: `policy.json.placard.json`.
 */
export const policyDigestsSchema = z.strictObject({
  madeBy: z.literal("placard"),
  /** By server id, then by tool name: the definition's digest; several, sorted and joined by spaces, for a name served twice. */
  servers: z.record(z.string(), z.unknown().transform(digestsOf)),
});
export type PolicyDigests = z.infer<typeof policyDigestsSchema>;

/** zod's record drops a tool named `__proto__`. */
function digestsOf(value: unknown, context: z.RefinementCtx): Record<string, string> {
  const digests: Record<string, string> = Object.create(null);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    context.addIssue({ code: "invalid_type", expected: "object", input: value });
    return digests;
  }
  for (const [tool, digest] of Object.entries(value)) {
    if (typeof digest === "string" && /^sha256:[0-9a-f]{64}( sha256:[0-9a-f]{64})*$/.test(digest))
      digests[tool] = digest;
    else context.addIssue({ code: "custom", path: [tool], message: "a digest such as sha256:…" });
  }
  return digests;
}

interface Served {
  server: string;
  tools: readonly Pick<JudgedTool, "verdict">[];
}

/** The digests of the definitions that a policy is made for; the same for any order of the tools. */
export function policyDigests(servers: readonly Served[]): PolicyDigests {
  const result: Record<string, Record<string, string>> = {};
  for (const { server, tools } of servers) {
    const digests: Record<string, string> = Object.create(null);
    const byName = Map.groupBy(tools, ({ verdict }) => verdict.name);
    for (const [name, group] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1)))
      digests[name] = [...new Set(group.map(({ verdict }) => verdict.digest))].sort().join(" ");
    result[server] = digests;
  }
  return { madeBy: "placard", servers: result };
}

/** What is different now from when a policy was made. Tools by server, sorted. */
export interface DigestChanges {
  changed: { server: string; tool: string }[];
  added: { server: string; tool: string }[];
  removed: { server: string; tool: string }[];
}

/** Compares the servers named in `now` with what the policy was made for; a server it does not know is all added. */
export function compareDigests(made: PolicyDigests, now: PolicyDigests): DigestChanges {
  const changes: DigestChanges = { changed: [], added: [], removed: [] };
  for (const [server, tools] of Object.entries(now.servers)) {
    const before = Object.hasOwn(made.servers, server) ? (made.servers[server] ?? {}) : {};
    for (const tool of Object.keys(tools).sort()) {
      if (!Object.hasOwn(before, tool)) changes.added.push({ server, tool });
      else if (before[tool] !== tools[tool]) changes.changed.push({ server, tool });
    }
    for (const tool of Object.keys(before).sort())
      if (!Object.hasOwn(tools, tool)) changes.removed.push({ server, tool });
  }
  return changes;
}
