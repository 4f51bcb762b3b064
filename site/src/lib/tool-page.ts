/** What a tool page draws, made ready: every sentence, number and mark decided here, so that components only draw. */
import { type AdvisoryMatch, HINTS, type Hint } from "../../../classifier/index.ts";
import type { ToolDetail } from "../../../db/index.ts";
import { suggestedText } from "./annotations.ts";
import { flawsOf, type ToolAttacks, toolAttacks } from "./attacks.ts";
import { type Fact, provenanceFacts } from "./facts.ts";
import { escapeToken, type Footnotes, footnotesOf } from "./footnotes.ts";
import { visibleRuns } from "./hidden.ts";
import { type PolicyView, policyView } from "./policy.ts";
import { readSchema, type SchemaView } from "./schema.ts";
import { type Tokens, toolTokens } from "./tokens.ts";
import { RISKS_WORST_FIRST } from "./words.ts";

export interface HintRow {
  hint: Hint;
  declared?: boolean;
  suggested?: boolean;
  /** Why the two differ. */
  conflict?: string;
}

export interface ToolPage {
  tool: ToolDetail;
  notes: Footnotes;
  title?: string;
  description?: string;
  input: SchemaView;
  output?: SchemaView;
  /** What the definition holds besides: its top-level keys with their JSON text. */
  extras: { key: string; pointer: string; text: string }[];
  hints: HintRow[];
  /** The annotations as we would write them; absent when the server's need no change. */
  suggested?: string;
  tokens: Tokens;
  attacks: ToolAttacks;
  /** Published flaws of the package that served it. */
  flaws: AdvisoryMatch[];
  branches: ToolDetail["verdict"]["branches"];
  policy: PolicyView;
  commands: { what: string; command: string }[];
  facts: Fact[];
}

const SHOWN = new Set(["name", "title", "description", "inputSchema", "outputSchema", "annotations"]);

/** In: a tool as stored. Out: its page's content. Pure. */
export function prepareToolPage(tool: ToolDetail): ToolPage {
  const { definition, verdict } = tool;
  return {
    tool,
    notes: footnotesOf(definition, verdict),
    title: textOf(definition.title),
    description: textOf(definition.description),
    input: readSchema(definition.inputSchema, "inputSchema"),
    output:
      definition.outputSchema === undefined ? undefined : readSchema(definition.outputSchema, "outputSchema"),
    extras: Object.entries(definition)
      .filter(([key]) => !SHOWN.has(key))
      .map(([key, value]) => ({ key, pointer: `/${escapeToken(key)}`, text: JSON.stringify(value) ?? "" })),
    hints: hintRows(verdict.annotations),
    suggested: suggestedText(verdict),
    tokens: toolTokens(tool),
    attacks: toolAttacks(tool),
    flaws: flawsOf({ id: tool.server, package: tool.provenance.package }),
    branches: [...verdict.branches].sort(
      (a, b) => RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk),
    ),
    policy: policyView([{ definition, verdict }]),
    commands: commandsFor(tool),
    facts: provenanceFacts(tool),
  };
}

function hintRows({ declared, suggested, conflicts }: ToolDetail["verdict"]["annotations"]): HintRow[] {
  return HINTS.map((hint) => ({
    hint,
    declared: declared[hint],
    suggested: suggested[hint],
    conflict: conflicts.find((conflict) => conflict.hint === hint)?.why,
  })).filter((row) => row.declared !== undefined || row.suggested !== undefined);
}

function commandsFor({ server, name, provenance }: ToolDetail): ToolPage["commands"] {
  const [id, tool, source] = [server, name, provenance.source].map(shellWord);
  const dashes = name.startsWith("-") ? "-- " : "";
  // Behind -- everything is the server's own: our options stand before it.
  const crawl = provenance.source.startsWith("-- ") ? `--json ${provenance.source}` : `${source} --json`;
  return [
    { what: "See this verdict with its evidence", command: `npx placard explain ${id} ${dashes}${tool}` },
    { what: "Print the policy for the whole server", command: `npx placard policy ${id}` },
    { what: "List its tools again yourself", command: `npx placard crawl ${crawl}` },
  ];
}

/**
 * A text as one word of a shell: plain, or in quotes. Characters that don't show are spelled out (`$'\\u202e'`, as
 * bash and zsh read it), so that nobody pastes what they can't see.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const runs = visibleRuns(text);
  if (!runs.some((run) => "hidden" in run) && !text.includes("\n"))
    return `'${text.replaceAll("'", `'\\''`)}'`;
  const spelled = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (/^[\x20-\x7E]$/.test(character)) return /['\\]/.test(character) ? `\\${character}` : character;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `$'${spelled.join("")}'`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
