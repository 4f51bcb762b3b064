/** The figures that count tools. */
import { FACETS, type Facet } from "../../../classifier/index.ts";
import { attackUrl, facetUrl, ruleUrl } from "./addresses.ts";
import { attackNamed } from "./attacks.ts";
import type { ReportData } from "./report-data.ts";
import { binsOf, drawnWords, type Figure, figure, lines, mostFirst, shareWords } from "./report-figure.ts";
import { ruleTitle } from "./rules.ts";

/** What tools touch. */
export function facetsFigure({ judged, tools }: ReportData): Figure {
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

/** Which two things the same tool touches. */
export function pairsFigure({ judged }: ReportData): Figure {
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

/** What was found in the texts of definitions. */
export function findingsFigure({ findings }: ReportData): Figure {
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

/** Which attack patterns fit the tools that were drawn. */
export function attacksFigure({ sample, tools }: ReportData): Figure {
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

const TOKENS = [0, 50, 100, 200, 400, 800, 1_600, 3_200];

/** What the drawn definitions take of a model's context. */
export function tokensFigure({ sample, tools }: ReportData): Figure {
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

/** How sure the verdicts are. */
export function confidenceFigure({ confidence }: ReportData): Figure {
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
