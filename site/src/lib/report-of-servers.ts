/** The figures that count servers. */
import { MOST_FLOW_TOOLS, type ReportData } from "./report-data.ts";
import { binsOf, type Figure, figure, lines, mostFirst, shareWords } from "./report-figure.ts";
import { count, STATUS_WORDS } from "./words.ts";

const SIZES = [1, 2, 6, 11, 21, 51, 101, 501];

/** How many tools servers have. */
export function sizesFigure({ sizes, tools }: ReportData): Figure {
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

/** How many toxic flows the tools of one server make. */
export function flowsFigure({ flows }: ReportData): Figure {
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

/** Which toxic flows they make. */
export function flowKindsFigure({ flows }: ReportData): Figure {
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

/** Which revision of the protocol servers speak. */
export function revisionsFigure({ revisions }: ReportData): Figure {
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

/** Where servers were found. */
export function sourcesFigure({ sources }: ReportData): Figure {
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

/** How the last crawl of each server ended. */
export function outcomesFigure({ outcomes }: ReportData): Figure {
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
