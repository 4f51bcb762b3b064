import { callName, written } from "./_claude-names.ts";
import { argumentLosses, CANNOT, limitLosses, lossFor } from "./_losses.ts";
import { aliasProblem, askingOutcome, stricter } from "./_outcome.ts";
import { jsonText } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

const PLAIN = /^[\x20-\x7e]+$/;

/**
 * Claude Code permissions: one rule for each tool, `mcp__<alias>__<tool>`, in `allow`, `ask` or `deny`.
 * allow → allow; limit → allow when the tool only reads, else ask; check → ask; deny and hide → deny, which also takes
 * the tool out of the model's sight. Rules are never patterns: deny wins over ask and ask over allow, however exact the
 * rule, so that a rule for a whole server could have no exceptions. Tools that are written alike get the strictest rule
 * of them. JSON has no comments, so losses are told beside the document.
 */
export const CLAUDE_CODE: ExportFormat = {
  id: "claude-code",
  title: "Claude Code permissions",
  target:
    "Claude Code, as .claude/settings.json of a project or ~/.claude/settings.json; add the rules to those there",
  file: "settings.json",
  mediaType: "application/json",
  proof: {
    kind: "engine",
    engine: "@anthropic-ai/claude-code 2.1.330",
    shown:
      "run its program with a stand-in for the model that asks for every tool, and stub servers: each call runs, is asked about, or the tool is not offered, as the export means it",
  },
  cannot: [
    CANNOT.limitsAsked,
    CANNOT.argumentsAsked,
    "denying tools a server adds later: Claude Code asks about tools it has no rule for",
  ],
  outcome: askingOutcome,
  write: (servers) => {
    const problem = aliasProblem(
      servers,
      (alias) => PLAIN.test(alias) && !written(alias).includes("__") && !written(alias).endsWith("_"),
      written,
      "Claude Code separates server and tool by two underscores, and makes one of each character but letters, digits and -",
    );
    if (problem !== undefined) return { ok: false, problem };
    const outcomes = outcomesByRule(servers);
    const rules = (wanted: Outcome) =>
      [...outcomes].filter(([, outcome]) => outcome === wanted).map(([name]) => name);
    const permissions = { allow: rules("allow"), ask: rules("ask"), deny: rules("deny") };
    return { ok: true, text: `${jsonText({ permissions })}\n`, losses: lossesOf(servers, outcomes) };
  },
};

function outcomesByRule(servers: ExportServer[]): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const { alias, tools } of servers) {
    for (const tool of tools) {
      const name = callName(alias, tool.name);
      outcomes.set(name, stricter(outcomes.get(name) ?? "allow", askingOutcome(tool)));
    }
  }
  return outcomes;
}

function lossesOf(servers: ExportServer[], outcomes: Map<string, Outcome>): Loss[] {
  const meant = (tool: ExportTool, { alias }: ExportServer) => outcomes.get(callName(alias, tool.name));
  return [
    ...limitLosses(servers, askingOutcome),
    ...argumentLosses(servers, "every call is asked about."),
    ...lossFor(
      servers,
      "a rule of its own",
      "Claude Code writes its name like that of a tool with a stricter rule, which it gets too.",
      (tool, server) => meant(tool, server) !== askingOutcome(tool),
    ),
    { what: "tools not listed", instead: "Claude Code asks about them instead of denying them.", tools: [] },
  ];
}
