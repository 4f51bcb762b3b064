import { parsePolicy } from "../parse.ts";
import { mergedPolicy, sharedNameLosses } from "./_merged.ts";
import { jsonText } from "./_text.ts";
import type { ExportFormat } from "./types.ts";

/**
 * The reference format, `policy.json` version "1": nothing is mapped down, as limits and rules about arguments are
 * applied by the gateway to the calls it lets through.
 * A document goes by names alone. Of several servers it makes one, in which a name that more than one serves has the
 * rules of all of them; a gateway that attaches a document to one server is better given one document for each.
 */
export const POLICY_JSON: ExportFormat = {
  id: "policy.json",
  title: 'policy.json, version "1"',
  target: "MCP gateways that attach one policy document to a grant",
  file: "policy.json",
  mediaType: "application/json",
  proof: {
    kind: "shape-checked only",
    why: "no gateway for it can be had; Placard's own schema and evaluator take it and give each tool its outcome",
  },
  cannot: ["telling tools of one name on several servers apart: the rules of all of them apply"],
  outcome: ({ access }) => (access === "deny" || access === "hide" ? "deny" : "allow"),
  write: (servers) => {
    const text = `${jsonText(mergedPolicy(servers.map(({ policy }) => policy)))}\n`;
    const checked = parsePolicy(JSON.parse(text));
    if (!checked.ok) {
      return { ok: false, problem: `the document is not valid: ${JSON.stringify(checked.problems)}.` };
    }
    return { ok: true, text, losses: sharedNameLosses(servers) };
  },
};
