// Not from the index: who uses the crawler alone loads no rules and no model.
import { parseDefinition } from "../classifier/definition.ts";
import type { ToolDefinition } from "../classifier/index.ts";
import { storableText } from "./_text.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { ParsedAnswer } from "./source.ts";
import type { ToolProblem } from "./types.ts";

/**
 * Reads the raw results of `tools/list`, a page an entry, tool by tool: one that cannot be taken is a problem of
 * its own and costs none of the others.
 */
export function parsePages(raw: string[]): ParsedAnswer {
  const entries: unknown[] = [];
  for (const [number, text] of raw.entries()) {
    const tools = toolsOf(JSON.parse(text));
    if (tools === undefined) {
      return {
        ok: false,
        reason: `Reading the list of tools: page ${number + 1} of the answer has no "tools" array.`,
      };
    }
    for (const entry of tools) entries.push(entry);
  }
  return { ok: true, ...checkTools(entries) };
}

/** The `tools` of a `tools/list` result (MCP 2025-11-25, ListToolsResult), if that is what it is. */
export function toolsOf(result: unknown): unknown[] | undefined {
  if (typeof result !== "object" || result === null || !("tools" in result)) return undefined;
  return Array.isArray(result.tools) ? result.tools : undefined;
}

/**
 * Sorts a list's entries into definitions and problems. A name that was there before is a problem: the first one keeps
 * it. What comes after the limit on tools is left out with one problem for all.
 */
export function checkTools(entries: unknown[]): { tools: ToolDefinition[]; problems: ToolProblem[] } {
  const tools: ToolDefinition[] = [];
  const problems: ToolProblem[] = [];
  const seen = new Map<string, number>();
  const most = DEFAULT_LIMITS.tools;
  for (const [index, entry] of entries.slice(0, most).entries()) {
    const parsed = parseDefinition(entry);
    if (!parsed.ok) {
      const name = parsed.name === undefined ? {} : { name: storableText(parsed.name) };
      problems.push({ index, ...name, problem: `Tool ${index + 1} was left out: ${parsed.problem}.` });
      continue;
    }
    const { name } = parsed.definition;
    const before = seen.get(name);
    if (before !== undefined) {
      problems.push({
        index,
        name,
        problem: `Tool ${index + 1} was left out: tool ${before + 1} has the same name.`,
      });
      continue;
    }
    seen.set(name, index);
    tools.push(parsed.definition);
  }
  if (entries.length > most) {
    const problem = `Tools ${most + 1} to ${entries.length} were left out: our limit is ${most} tools a server.`;
    problems.push({ index: most, problem });
  }
  return { tools, problems };
}
