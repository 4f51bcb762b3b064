import { groupBy } from "../_group-by.ts";
import { allowedValues } from "./_arguments.ts";
import { argsPattern, holdsWhole, PREFIX, registered, ruleTarget } from "./_gemini-names.ts";
import { argumentLosses, CANNOT, limitLosses, lossFor } from "./_losses.ts";
import { aliasProblem, askingOutcome, stricter } from "./_outcome.ts";
import { hashed, headLines, quoted, quotedList } from "./_text.ts";
import type { ExportFormat, ExportServer, ExportTool, Loss, Outcome } from "./types.ts";

const DECISIONS: Record<Outcome, string> = { allow: "allow", ask: "ask_user", deny: "deny" };
/**
 * Within one file. Where one rule reads as one for two tools, the stricter decides: so what is denied comes first, and
 * the denial of calls that do not fit an argument rule behind the rule for those that do.
 */
const PRIORITY = { deny: 650, fitting: 640, ask: 620, unfitting: 610, allow: 600, server: 500 };
const NOTES = [
  "Save it in ~/.gemini/policies/, and set no trust = true for these servers: that answers every question with yes.",
  "Where nobody can be asked, Gemini CLI denies what it would ask about.",
];

/** One rule of the file. */
interface GeminiRule {
  mcpName?: string;
  toolName: string;
  argsPattern?: string;
  outcome: Outcome;
  priority: number;
  denyMessage?: string;
}

/**
 * Gemini CLI policy: rules that name a server (`mcpName`) and its tools (`toolName`).
 * allow → allow; limit → allow when the tool only reads, else ask_user; check → deny, but ask_user for calls whose
 * arguments fit, where the rules say "these values and no others" (else ask_user for every call); deny and hide → deny,
 * which also takes the tool out of the model's sight. Everything else of the server is denied.
 * Rules meet a tool under the name Gemini CLI registers it by: other characters than its own are underscores there, and
 * the middle of long names is cut out. Tools with one such name get the strictest rule of them.
 */
export const GEMINI_CLI: ExportFormat = {
  id: "gemini-cli",
  title: "Gemini CLI policy",
  target: "Gemini CLI, as ~/.gemini/policies/placard.toml",
  file: "placard.toml",
  mediaType: "application/toml",
  proof: {
    kind: "engine",
    engine: "@google/gemini-cli-core 0.61.0",
    shown:
      "load the file with its own loader, above its built-in rules, and ask its policy engine the way its scheduler does: each tool gets its outcome in the default and the yolo mode, what is denied is not offered, and rules about arguments hold for calls that fit and for no others",
  },
  cannot: [
    CANNOT.limitsAsked,
    "rules about arguments other than lists of allowed values: asked about instead",
  ],
  outcome: askingOutcome,
  write: (servers) => {
    const problem = aliasProblem(
      servers,
      () => true,
      (alias) => registered(alias, ""),
      "the name must be text",
    );
    if (problem !== undefined) return { ok: false, problem };
    const tools = strictestByName(servers);
    const rules = [...tools.values()].flatMap(rulesFor);
    const losses = lossesOf(servers, tools);
    const catchAll = servers.filter(({ alias }) => holdsWhole(alias)).map(({ alias }) => denyRest(alias));
    return {
      ok: true,
      text:
        hashed(headLines(servers, losses, NOTES)) +
        grouped([...rules, ...catchAll])
          .map(table)
          .join(""),
      losses,
    };
  },
};

interface NamedTool {
  name: string;
  /** Empty for tools of several servers. */
  alias: string;
  /** Whether its rules are those of another tool too. */
  shared: boolean;
  outcome: Outcome;
  /** Arguments a call must fit; only where no other tool has the name. */
  fitting?: string;
  message?: string;
}

function strictestByName(servers: ExportServer[]): Map<string, NamedTool> {
  const named = new Map<string, NamedTool>();
  for (const { alias, tools } of servers) {
    for (const tool of tools) {
      const mine = only(alias, tool);
      const other = named.get(mine.name);
      named.set(mine.name, other ? { ...joint(other, mine), alias: "" } : mine);
    }
  }
  // A rule for mcp_<server>_<name> is also held to be one for the server's tool that is registered as <name>.
  for (const [name, mine] of named) {
    const long = `${PREFIX}${mine.alias}_${name}`;
    const other = named.get(long);
    if (!other) continue;
    named.set(name, joint(other, mine));
    named.set(long, joint(mine, other));
  }
  return named;
}

/** `mine` under the stricter outcome of both: what only some calls may do cannot be told for two tools at once. */
function joint(other: NamedTool, mine: NamedTool): NamedTool {
  const whole = ({ fitting, outcome }: NamedTool) => (fitting === undefined ? outcome : "deny");
  return { ...mine, outcome: stricter(whole(other), whole(mine)), fitting: undefined, shared: true };
}

function only(alias: string, tool: ExportTool): NamedTool {
  const values = tool.access === "check" ? allowedValues(tool.rules) : undefined;
  return {
    name: registered(alias, tool.name),
    alias,
    shared: false,
    outcome: askingOutcome(tool),
    fitting: values && argsPattern(values),
    message: tool.rules.deny_if?.find(({ on_deny }) => on_deny !== undefined)?.on_deny,
  };
}

function rulesFor({ name, alias, outcome, fitting, message }: NamedTool): GeminiRule[] {
  const whom = ruleTarget(alias, name);
  if (fitting === undefined) {
    const denyMessage = outcome === "deny" ? message : undefined;
    return [{ ...whom, outcome, priority: PRIORITY[outcome], denyMessage }];
  }
  return [
    { ...whom, argsPattern: fitting, outcome, priority: PRIORITY.fitting },
    { ...whom, outcome: "deny", priority: PRIORITY.unfitting, denyMessage: message },
  ];
}

function denyRest(alias: string): GeminiRule {
  return {
    mcpName: alias,
    toolName: "*",
    outcome: "deny",
    priority: PRIORITY.server,
    denyMessage: "Denied: this tool was not there when this policy was made.",
  };
}

/** Rules that differ in the tool alone are one, with a list of tools. */
function grouped(rules: GeminiRule[]): (Omit<GeminiRule, "toolName"> & { toolNames: string[] })[] {
  const groups = groupBy(rules, ({ toolName, ...rest }) =>
    rest.argsPattern === undefined ? JSON.stringify(rest) : JSON.stringify([rest, toolName]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, toolNames: group.map(({ toolName }) => toolName) }] : [];
  });
}

function table(rule: Omit<GeminiRule, "toolName"> & { toolNames: string[] }): string {
  const [first = ""] = rule.toolNames;
  const lines = [
    "\n[[rule]]",
    rule.mcpName === undefined ? undefined : `mcpName = ${quoted(rule.mcpName)}`,
    `toolName = ${rule.toolNames.length === 1 ? quoted(first) : quotedList(rule.toolNames)}`,
    rule.argsPattern === undefined ? undefined : `argsPattern = ${quoted(rule.argsPattern)}`,
    `decision = "${DECISIONS[rule.outcome]}"`,
    `priority = ${rule.priority}`,
    rule.denyMessage === undefined ? undefined : `denyMessage = ${quoted(rule.denyMessage)}`,
  ];
  return `${lines.filter((line) => line !== undefined).join("\n")}\n`;
}

function lossesOf(servers: ExportServer[], tools: Map<string, NamedTool>): Loss[] {
  const written = ({ name }: ExportTool, { alias }: ExportServer) => tools.get(registered(alias, name));
  const unheld = servers.filter(({ alias }) => !holdsWhole(alias));
  return [
    ...limitLosses(servers, askingOutcome),
    ...argumentLosses(servers, "every call is asked about.", (tool, server) => {
      const rule = written(tool, server);
      return rule?.fitting === undefined && rule?.outcome === "ask";
    }),
    ...lossFor(
      servers,
      "a rule of its own",
      "Gemini CLI registers it by the name of another tool, and the stricter rule of both holds.",
      (tool, server) => written(tool, server)?.shared === true,
    ),
    ...unheld.map(({ alias }) => ({
      what: "tools not listed",
      instead: `Gemini CLI asks about them instead of denying them, as no rule can be for all of ${JSON.stringify(alias)}; give the server a short name of letters, digits and -, without mcp_ in front.`,
      tools: [],
    })),
  ];
}
