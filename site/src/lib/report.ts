/** The report on the catalog as figures to draw: every number decided here, so that components only draw. Pure. */
import { type Category, FACETS, type Facet, HINTS, type Risk } from "../../../classifier/index.ts";
import { attackUrl, facetUrl, ruleUrl } from "./addresses.ts";
import { attackNamed } from "./attacks.ts";
import { MOST_FLOW_TOOLS, type ReportData } from "./report-data.ts";
import { ruleTitle } from "./rules.ts";
import { CATEGORIES_WORST_FIRST, count, HINT_MEANING, STATUS_WORDS } from "./words.ts";

export interface BarLine {
  label: string;
  url?: string;
  count: number;
  /** 0 to 100, of the longest bar. */
  width: number;
  /** Its part of the whole, in words; absent where parts overlap or there is no whole. */
  share?: string;
}

/** Counts as bars, in a table that has the same numbers. */
export interface Figure {
  id: string;
  title: string;
  /** What is to be seen, a sentence each. */
  lead: string[];
  /** What the rows are, and what is counted. */
  columns: [string, string];
  rows: BarLine[];
  /** Said in the place of a figure that has no data. */
  empty: string;
}

type Counted = { label: string; count: number; url?: string };

const TOO_LONG = "Counting this took too long just now, so it is left out. Try again later.";
const NOTHING = "There is nothing to count yet.";

/** All figures that are bars, in the order of the page. */
export function reportFigures(data: ReportData): Figure[] {
  return [
    sizes(data),
    facets(data),
    pairs(data),
    findings(data),
    attacks(data),
    flows(data),
    flowKinds(data),
    tokens(data),
    confidence(data),
    revisions(data),
    sources(data),
    outcomes(data),
  ];
}

export interface CategoryLine {
  category: Category;
  total: number;
  risks: Record<Risk, number>;
}

/** Tools by category and risk; undefined when it took too long. */
export function riskByCategory({ judged }: ReportData): CategoryLine[] | undefined {
  return (
    judged &&
    CATEGORIES_WORST_FIRST.map((category) => {
      const risks: Record<Risk, number> = { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 };
      for (const group of judged) if (group.category === category) risks[group.risk] += group.tools;
      return { category, risks, total: Object.values(risks).reduce((sum, tools) => sum + tools, 0) };
    }).filter(({ total }) => total > 0)
  );
}

export interface HintLine {
  hint: string;
  meaning: string;
  yes: number;
  no: number;
  none: number;
}

/** What is declared of the tools that were drawn. */
export function hintLines({ sample }: ReportData): HintLine[] {
  return HINTS.map((hint) => {
    const { yes, no } = sample.declared[hint];
    return { hint, meaning: HINT_MEANING[hint], yes, no, none: sample.drawn - yes - no };
  });
}

/** How many tools have a hint that is contradicted. */
export function conflictWords({ conflicts, tools }: ReportData): string {
  if (conflicts === undefined || tools === 0) return "";
  const have = conflicts === 1 ? "has" : "have";
  return `Of ${count(tools, "tool")}, ${conflicts.toLocaleString("en-GB")} (${shareWords(conflicts / tools)}) ${have} a hint that the rest of the definition contradicts.`;
}

/** "all 12 tools", or "1,000 of 60,000 tools, drawn evenly". */
export function drawnWords(drawn: number, all: number, noun: string): string {
  if (drawn >= all) return `all ${count(all, noun)}`;
  return `${drawn.toLocaleString("en-GB")} of ${count(all, noun)}, drawn evenly`;
}

const SIZES = [1, 2, 6, 11, 21, 51, 101, 501];

function sizes({ sizes, tools }: ReportData): Figure {
  const list = sizes ?? [];
  const bins = binsOf(
    SIZES,
    list.map((size) => ({ value: size.tools, count: size.servers })),
  );
  const largest = list
    .toReversed()
    .flatMap((size) => Array.from({ length: Math.min(10, size.servers) }, () => size.tools))
    .slice(0, 10);
  const share = largest.reduce((sum, size) => sum + size, 0) / Math.max(1, tools);
  return figure(sizes, {
    id: "sizes",
    title: "Tools per server",
    lead:
      list.length > 0 && largest.length === 10
        ? [`The ten largest servers have ${shareWords(share)} of all tools.`]
        : [],
    columns: ["Tools a server lists", "Servers"],
    rows: lines(bins, true),
  });
}

function facets({ judged, tools }: ReportData): Figure {
  const counts = new Map<Facet, number>(FACETS.map((facet) => [facet, 0]));
  let none = 0;
  for (const group of judged ?? []) {
    if (group.facets.length === 0) none += group.tools;
    for (const facet of group.facets) counts.set(facet, (counts.get(facet) ?? 0) + group.tools);
  }
  const rows = [...counts]
    .map(([facet, count]) => ({ label: facet, count, url: facetUrl(facet) }))
    .sort(mostFirst);
  return figure(judged, {
    id: "facets",
    title: "What tools touch",
    lead:
      tools > 0
        ? [
            `${shareWords(1 - none / tools)} of all tools touch something that is named here; one tool can touch several.`,
          ]
        : [],
    columns: ["Facet", "Tools"],
    rows: tools === 0 ? [] : lines(rows, false),
  });
}

const PAIRS = 12;

function pairs({ judged }: ReportData): Figure {
  const counts = new Map<string, number>();
  for (const { facets, tools } of judged ?? []) {
    const sorted = FACETS.filter((facet) => facets.includes(facet));
    for (const [index, one] of sorted.entries()) {
      for (const other of sorted.slice(index + 1)) {
        const label = `${one} and ${other}`;
        counts.set(label, (counts.get(label) ?? 0) + tools);
      }
    }
  }
  const rows = [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort(mostFirst)
    .slice(0, PAIRS);
  return figure(judged, {
    id: "pairs",
    title: "Facets that overlap",
    lead:
      rows.length > 0
        ? ["The pairs that most tools have both of. Private data together with egress is what a thief needs."]
        : [],
    columns: ["Both", "Tools"],
    rows: lines(rows, false),
  });
}

function findings({ findings }: ReportData): Figure {
  const rows = (findings ?? [])
    .filter(({ tools }) => tools > 0)
    .map(({ kind, tools }) => ({ label: ruleTitle(kind), url: ruleUrl(kind), count: tools }));
  return figure(findings, {
    id: "findings",
    title: "Findings in definitions",
    lead:
      rows.length > 0
        ? ["Text that speaks to the model, hides, or asks for secrets. A finding never changes a verdict."]
        : ["No tool has one."],
    columns: ["Finding", "Tools"],
    rows: lines(rows, false),
  });
}

function attacks({ sample, tools }: ReportData): Figure {
  const rows = [...sample.attacks]
    .map(([slug, fitting]) => ({
      label: attackNamed(slug)?.title ?? slug,
      url: attackUrl(slug),
      count: fitting.tools,
    }))
    .sort(mostFirst);
  return figure(sample.drawn === 0 && tools > 0 ? undefined : sample, {
    id: "attacks",
    title: "What definitions leave room for",
    lead:
      rows.length > 0
        ? [
            `Attack patterns that fit tools, of ${drawnWords(sample.drawn, tools, "tool")}. Whether an attack works stands in a server's code.`,
          ]
        : [],
    columns: ["Attack pattern", "Tools"],
    rows: lines(rows, false),
  });
}

function flows({ flows }: ReportData): Figure {
  const rows = [...flows.byCount]
    .sort(([a], [b]) => a - b)
    .map(([number, servers]) => ({ label: number === 0 ? "none" : String(number), count: servers }));
  return figure(flows, {
    id: "flows",
    title: "Toxic flows per server",
    lead:
      flows.drawn > 0
        ? [`Of ${count(flows.drawn, "server")} that list at most ${MOST_FLOW_TOOLS} tools, drawn evenly.`]
        : [],
    columns: ["Kinds of toxic flows", "Servers"],
    rows: lines(rows, true),
  });
}

function flowKinds({ flows }: ReportData): Figure {
  const rows = [...flows.byKind].map(([label, count]) => ({ label, count })).sort(mostFirst);
  return figure(flows, {
    id: "flow-kinds",
    title: "Kinds of toxic flows",
    lead:
      flows.drawn > 0 && rows.length === 0
        ? ["None of these servers makes one by itself."]
        : flows.drawn > 0
          ? ["Of the same servers; one can make several."]
          : [],
    columns: ["Flow", "Servers"],
    rows: lines(rows, false),
  });
}

const TOKENS = [0, 50, 100, 200, 400, 800, 1_600, 3_200];

function tokens({ sample, tools }: ReportData): Figure {
  const bins = binsOf(
    TOKENS,
    sample.tokens.map((value) => ({ value, count: 1 })),
  );
  const at = (share: number) =>
    (
      sample.tokens[Math.min(sample.tokens.length - 1, Math.floor(share * sample.tokens.length))] ?? 0
    ).toLocaleString("en-GB");
  return figure(sample.drawn === 0 && tools > 0 ? undefined : sample, {
    id: "tokens",
    title: "What a tool costs in context",
    lead:
      sample.drawn > 0
        ? [
            `Half of the tools cost ${at(0.5)} tokens or fewer, one in ten ${at(0.9)} or more (o200k_base).`,
            `Of ${drawnWords(sample.drawn, tools, "tool")}.`,
          ]
        : [],
    columns: ["Tokens", "Tools"],
    rows: lines(bins, true),
  });
}

function confidence({ confidence }: ReportData): Figure {
  const counts = confidence ?? [];
  const from = counts.findIndex((number) => number > 0);
  const rows =
    from === -1
      ? []
      : counts
          .map((number, tenth) => ({ label: `${tenth * 10} to ${tenth * 10 + 10} %`, count: number }))
          .slice(from);
  return figure(confidence, {
    id: "confidence",
    title: "How sure the verdicts are",
    lead:
      rows.length > 0
        ? ["How often a verdict like this is right about the category. Unknown tools are left out."]
        : [],
    columns: ["Confidence", "Tools"],
    rows: lines(rows, true),
  });
}

function revisions({ revisions }: ReportData): Figure {
  const rows = (revisions ?? []).map(({ revision, servers }) => ({
    label: revision ?? "none: a recorded answer",
    count: servers,
  }));
  return figure(revisions, {
    id: "revisions",
    title: "MCP revisions",
    lead: rows.length > 0 ? ["What the last crawl of each server that went well agreed on."] : [],
    columns: ["Revision", "Servers"],
    rows: lines(rows, true),
  });
}

const SOURCE_WORDS: Record<string, string> = {
  npm: "packages of npm",
  pypi: "packages of PyPI",
  oci: "container images",
  remote: "remote servers",
  registry: "entries of a registry",
  local: "servers in a client's configuration",
  file: "recorded answers",
};

function sources({ sources }: ReportData): Figure {
  const rows = (sources ?? []).map(({ source, servers }) => ({
    label: SOURCE_WORDS[source] ?? source.slice(0, 60),
    count: servers,
  }));
  return figure(sources, {
    id: "sources",
    title: "Where servers come from",
    lead: [],
    columns: ["Source", "Servers"],
    rows: lines(rows, true),
  });
}

function outcomes({ outcomes }: ReportData): Figure {
  const rows = (outcomes ?? []).map(({ status, servers }) => ({
    label: STATUS_WORDS[status],
    count: servers,
  }));
  return figure(outcomes, {
    id: "outcomes",
    title: "How crawls ended",
    lead: rows.length > 0 ? ["The last crawl of each server."] : [],
    columns: ["The last crawl …", "Servers"],
    rows: lines(rows, true),
  });
}

function figure(data: unknown, rest: Omit<Figure, "empty">): Figure {
  return { ...rest, empty: data === undefined ? TOO_LONG : NOTHING };
}

const mostFirst = (a: Counted, b: Counted): number => b.count - a.count || (a.label < b.label ? -1 : 1);

function lines(rows: Counted[], isWhole: boolean): BarLine[] {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  if (total === 0) return [];
  const most = Math.max(1, ...rows.map((row) => row.count));
  return rows.map((row) => ({
    ...row,
    width: row.count === 0 ? 0 : Math.max(0.5, Math.round((row.count / most) * 1000) / 10),
    share: isWhole ? shareWords(row.count / total) : undefined,
  }));
}

function shareWords(share: number): string {
  return share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(share * 100)} %`;
}

/** @param starts the least value of each bin, ascending */
function binsOf(starts: readonly number[], values: { value: number; count: number }[]): Counted[] {
  const bins = starts.map((start, index) => ({ label: binLabel(start, starts[index + 1]), count: 0 }));
  for (const { value, count } of values) {
    const bin = bins[starts.findLastIndex((start) => value >= start)];
    if (bin) bin.count += count;
  }
  const last = bins.findLastIndex((bin) => bin.count > 0);
  return bins.slice(0, last + 1);
}

function binLabel(start: number, next: number | undefined): string {
  const figure = (value: number) => value.toLocaleString("en-GB");
  if (next === undefined) return `${figure(start)} or more`;
  return next - start === 1 ? figure(start) : `${figure(start)} to ${figure(next - 1)}`;
}
