/** What the try page draws of one verdict: plain data, made in the worker and drawn by the page. */
import { type Category, type Facet, type Finding, type Risk, safeJson } from "../../../classifier/index.ts";
import type { Mark } from "./annotate.ts";
import { cutAt, splitMarks } from "./annotate.ts";
import { suggestedText } from "./annotations.ts";
import { type Footnotes, footnotesOf } from "./footnotes.ts";
import { ruleTitle } from "./rules.ts";
import type { JudgedTool } from "./try.ts";

/** A stranger's text with the numbers of the evidence in it. */
export interface MarkedText {
  text: string;
  marks: Mark[];
  /** Characters that are left out at its end. */
  left: number;
}

export interface ToolView {
  server?: string;
  name: MarkedText;
  title?: MarkedText;
  description?: MarkedText;
  category: Category;
  risk: Risk;
  confidence: number;
  facets: Facet[];
  summary: string;
  because: string;
  notBecause: { category: Category; why: string }[];
  notes: {
    number: number;
    pointer: string;
    excerpt: string;
    pushes: { rule: string; title: string; what: string }[];
  }[];
  findings: { severity: Finding["severity"]; message: string; rule: string; title: string }[];
  branches: { argument: string; value: string; category: Category; risk: Risk; because: string }[];
  /** Hints of the server's that contradict the rest. */
  conflicts: { hint: string; declared: boolean; why: string }[];
  /** The annotations as we would write them; absent when the server's need no change. */
  suggested?: string;
}

/** Characters of one text that are drawn: longer ones are in the paste itself. */
const SHOWN = 4_000;
const MOST_BRANCHES = 50;

/** In: a definition and its verdict. Out: what is drawn of them; strangers' texts are bounded. Pure. */
export function viewOf({ server, definition, verdict }: JudgedTool): ToolView {
  const notes = footnotesOf(definition, verdict);
  const { category, risk, confidence, facets, summary, because, notBecause } = verdict;
  return {
    ...(server === undefined ? {} : { server: server.slice(0, 300) }),
    name: markedText(definition.name, "/name", notes),
    title: optional(definition.title, "/title", notes),
    description: optional(definition.description, "/description", notes),
    ...{ category, risk, confidence, facets, summary, because, notBecause },
    notes: notes.list.map(({ number, pointer, excerpt, pushes }) => ({
      number,
      pointer: pointer.slice(0, 300),
      excerpt: excerpt.slice(0, 200),
      pushes: pushes.map(({ rule, what }) => ({ rule, title: ruleTitle(rule), what })),
    })),
    findings: verdict.findings.map(({ id, severity, message }) => ({
      severity,
      message,
      rule: id,
      title: ruleTitle(id),
    })),
    branches: verdict.branches.slice(0, MOST_BRANCHES).map(({ argument, value, ...rest }) => ({
      argument: argument.slice(0, 200),
      value: safeJson(value).slice(0, 200),
      category: rest.category,
      risk: rest.risk,
      because: rest.because,
    })),
    conflicts: verdict.annotations.conflicts.map(({ hint, declared, why }) => ({ hint, declared, why })),
    suggested: suggestedText(verdict),
  };
}

function optional(value: unknown, pointer: string, notes: Footnotes): MarkedText | undefined {
  return typeof value === "string" && value !== "" ? markedText(value, pointer, notes) : undefined;
}

function markedText(text: string, pointer: string, notes: Footnotes): MarkedText {
  const cut = cutAt(text, SHOWN);
  const shown = text.slice(0, cut);
  return { text: shown, marks: splitMarks(notes.at(pointer), cut).head, left: text.length - shown.length };
}
