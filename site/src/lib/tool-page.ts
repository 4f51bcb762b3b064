/** What a tool page draws, made ready: every sentence, number and mark decided here, so that components only draw. */

import { type AdvisoryMatch, HINTS, type Hint } from "../../../classifier/index.ts";
import { pointerToken } from "../../../classifier/json-pointer.ts";
import type { ToolDetail } from "../../../db/index.ts";
import { suggestedText } from "./annotations.ts";
import type { Answer } from "./answer.ts";
import { answersOf } from "./answers.ts";
import { flawsOf, type ToolAttacks, toolAttacks } from "./attacks.ts";
import { type FacetRow, facetRows } from "./facet-view.ts";
import { type Fact, provenanceFacts } from "./facts.ts";
import { type Footnotes, footnotesOf } from "./footnotes.ts";
import { escapeHidden } from "./hidden.ts";
import { type PolicyView, policyView } from "./policy.ts";
import { readSchema, type SchemaView } from "./schema.ts";
import { shellWord } from "./shell-word.ts";
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
  /** Questions about this tool, answered from its verdict and this policy. */
  answers: Answer[];
  /** What it touches, with the words that show it. */
  facets: FacetRow[];
  /** The definition as JSON, indented; absent when it is too long to read here. */
  raw?: string;
  commands: { what: string; command: string }[];
  facts: Fact[];
}

const SHOWN = new Set(["name", "title", "description", "inputSchema", "outputSchema", "annotations"]);

/** In characters. What is longer is left to the API: most readers never open it, and all would load it. */
const LONGEST_RAW = 8_000;

/** The one before: a static build asks for the page and its Markdown one after the other. */
let last: ToolPage | undefined;

/** In: a tool as stored. Out: its page's content. Pure. */
export function prepareToolPage(tool: ToolDetail): ToolPage {
  const page = last?.tool === tool ? last : toolPage(tool);
  last = page;
  return page;
}

function toolPage(tool: ToolDetail): ToolPage {
  const { definition, verdict } = tool;
  const notes = footnotesOf(definition, verdict);
  const policy = policyView([{ definition, verdict }]);
  const raw = escapeHidden(JSON.stringify(definition, null, 2));
  return {
    tool,
    notes,
    title: textOf(definition.title),
    description: textOf(definition.description),
    input: readSchema(definition.inputSchema, "inputSchema"),
    output:
      definition.outputSchema === undefined ? undefined : readSchema(definition.outputSchema, "outputSchema"),
    extras: Object.entries(definition)
      .filter(([key]) => !SHOWN.has(key))
      .map(([key, value]) => ({ key, pointer: `/${pointerToken(key)}`, text: JSON.stringify(value) ?? "" })),
    hints: hintRows(verdict.annotations),
    suggested: suggestedText(verdict),
    tokens: toolTokens(tool),
    attacks: toolAttacks(tool),
    flaws: flawsOf({ id: tool.server, package: tool.provenance.package }),
    branches: [...verdict.branches].sort(
      (a, b) => RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk),
    ),
    policy,
    answers: answersOf(definition, verdict, policy),
    facets: facetRows(verdict, notes),
    raw: raw.length <= LONGEST_RAW ? raw : undefined,
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

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
