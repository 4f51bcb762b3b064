import { z } from "zod";
import { byName } from "./_by-name.ts";
import { groupBy } from "./_group-by.ts";
import type { JudgedTool } from "./recommend.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}( sha256:[0-9a-f]{64})*$/, "a digest such as sha256:…");
/**
 * Which definitions a policy was made for. The reference grammar has no place for it (unknown keys are errors), so it
 * stands in a file beside the document: `policy.json.placard.json`.
 */
export const policyDigestsSchema = z.strictObject({
  madeBy: z.literal("placard"),
  /** By server id, then by tool name: the definition's digest; several, sorted and joined by spaces, for a name served twice. */
  servers: byName(byName(digest)),
});
export type PolicyDigests = z.infer<typeof policyDigestsSchema>;

interface Served {
  server: string;
  tools: readonly Pick<JudgedTool, "verdict">[];
}

/** The digests of the definitions that a policy is made for; the same for any order of the tools. */
export function policyDigests(servers: readonly Served[]): PolicyDigests {
  const result: Record<string, Record<string, string>> = Object.create(null);
  for (const { server, tools } of servers) {
    const digests: Record<string, string> = Object.create(null);
    const byName = groupBy(tools, ({ verdict }) => verdict.name);
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
