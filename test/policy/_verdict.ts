import type { ToolDefinition, Verdict } from "../../classifier/index.ts";

/** A verdict for tests: Execute, high risk, unless said otherwise. */
function verdictOf(name: string, changes: Partial<Verdict> = {}): Verdict {
  return {
    name,
    digest: `sha256:${"0".repeat(64)}`,
    category: "Execute",
    risk: "high",
    confidence: 0.9,
    facets: [],
    reversible: "unknown",
    reach: "account",
    summary: "",
    because: "",
    notBecause: [],
    evidence: [],
    branches: [],
    annotations: { declared: {}, suggested: {}, conflicts: [] },
    findings: [],
    rules: "test",
    ...changes,
  };
}

/** A tool for tests, with its verdict. */
export function toolOf(
  name: string,
  changes: Partial<Verdict> = {},
): { definition: ToolDefinition; verdict: Verdict } {
  return { definition: { name, inputSchema: { type: "object" } }, verdict: verdictOf(name, changes) };
}
