/** The findings of a server's definitions: each said once, with the tools it was found in. */
import { type Finding, shadowedNames } from "../../../classifier/index.ts";
import type { ServerTool } from "../../../db/index.ts";
import { toolUrl } from "./addresses.ts";

/** One thing that was found, and where. */
export interface FoundKind {
  id: string;
  severity: Finding["severity"];
  message: string;
  /** `url` leads to the findings on the tool's page; to the page where it has none, for a shared name is its server's. */
  tools: { name: string; url: string }[];
}

export interface FindingsView {
  /** Worst first, then those that most tools have. */
  kinds: FoundKind[];
  /** How many tools have any. */
  tools: number;
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** In: the tools a server serves, in the order to name them. Names that its own tools share are among the findings. */
export function findingsOfServer(server: string, tools: readonly ServerTool[]): FindingsView {
  const shadowed = new Map<string, Finding>();
  for (const { tool, finding } of shadowedNames([{ server, tools }])) shadowed.set(tool, finding);
  const kinds = new Map<string, FoundKind>();
  let having = 0;
  for (const { name, verdict } of tools) {
    const own = shadowed.get(name);
    const findings = own ? [...verdict.findings, own] : verdict.findings;
    if (findings.length > 0) having += 1;
    const url = `${toolUrl(server, name)}${verdict.findings.length > 0 ? "#findings" : ""}`;
    for (const { id, severity, message } of findings) {
      const key = `${id} ${severity} ${message}`;
      const kind = kinds.get(key) ?? { id, severity, message, tools: [] };
      kinds.set(key, kind);
      kind.tools.push({ name, url });
    }
  }
  const sorted = [...kinds.values()].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      b.tools.length - a.tools.length ||
      a.message.localeCompare(b.message, "en"),
  );
  return { kinds: sorted, tools: having };
}
