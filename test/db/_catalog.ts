import { digestOf, type ToolDefinition, type Verdict } from "../../classifier/index.ts";
import type { CrawlResult } from "../../crawler/types.ts";

/** A verdict made by hand, so that these tests do not depend on what the rules say. */
export function verdictOn(definition: ToolDefinition, changes: Partial<Verdict> = {}): Verdict {
  return {
    name: definition.name,
    digest: digestOf(definition),
    category: "Read",
    risk: "low",
    confidence: 0.9,
    facets: [],
    reversible: "yes",
    reach: "call",
    summary: `Says what ${definition.name} does.`,
    because: "It only reads.",
    notBecause: [],
    evidence: [],
    branches: [],
    annotations: { declared: {}, suggested: {}, conflicts: [] },
    findings: [],
    rules: "test-1",
    ...changes,
  };
}

/** A crawl that went well. */
export function crawlOf(tools: ToolDefinition[], changes: Partial<CrawlResult> = {}): CrawlResult {
  return {
    server: "npm/@example/mail-mcp",
    source: "npm:@example/mail-mcp@1.0.0",
    status: "ok",
    tools,
    problems: [],
    raw: [JSON.stringify({ tools })],
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1200.4,
    ...changes,
  };
}

/** The day of January 2026 as a crawl's start. */
export function day(number: number): string {
  return new Date(Date.UTC(2026, 0, number)).toISOString();
}
