/** What a list of changes draws, made ready: grouped by day, server and tool, each change in a few words. */
import type { ChangeRow, ToolState } from "../../../db/index.ts";
import { toolUrl } from "./addresses.ts";
import { CHANGE_LABEL, dayWords, RAISED_LABEL, RISK_LABEL } from "./words.ts";

export interface ChangeLine {
  /** "Schema changed". */
  label: string;
  /** The verdict got worse. */
  raised: boolean;
  /** What of it, in words of ours. */
  details: string[];
  /** The tool's former name, and its page. A stranger's text. */
  was?: { name: string; url: string };
}

export interface ChangedTool {
  name: string;
  url: string;
  /** As it is now; as it was, for one that was removed. */
  state?: ToolState;
  lines: ChangeLine[];
}

/** What one crawl of a server found. */
export interface ChangedServer {
  server: string;
  at: string;
  tools: ChangedTool[];
}

export interface ChangedDay {
  /** "22 Nov 2026". */
  day: string;
  servers: ChangedServer[];
}

/** In: changes in the order of the list. Out: the same in that order; neighbours of one day, crawl and tool together. Pure. */
export function changedDays(rows: ChangeRow[]): ChangedDay[] {
  return runsOf(changedServers(rows), ({ at }) => dayWords(at)).map(([day, servers]) => ({ day, servers }));
}

/** The same without the days, for one server or one tool. */
export function changedServers(rows: ChangeRow[]): ChangedServer[] {
  return runsOf(rows, ({ server, at }) => JSON.stringify([server, at])).flatMap(([, found]) => {
    const [first] = found;
    const tools = runsOf(found, ({ tool }) => tool).map(([name, changes]) => changedTool(name, changes));
    return first ? [{ server: first.server, at: first.at, tools }] : [];
  });
}

function changedTool(name: string, changes: ChangeRow[]): ChangedTool {
  const [first] = changes;
  return {
    name,
    url: toolUrl(first?.server ?? "", name),
    state: first?.after ?? first?.before,
    lines: changes.map(changeLine),
  };
}

function changeLine({ kind, worse, server, before, after }: ChangeRow): ChangeLine {
  const raised = kind === "verdict-changed" && worse;
  const line = { label: raised ? RAISED_LABEL : CHANGE_LABEL[kind], raised };
  if (kind === "tool-added" && after) return { ...line, details: [verdictWords(after)] };
  if (kind === "tool-removed" && before) return { ...line, details: [`it was ${verdictWords(before)}`] };
  if (kind === "tool-renamed" && before) {
    return { ...line, details: [], was: { name: before.name, url: toolUrl(server, before.name) } };
  }
  return {
    ...line,
    details: kind === "verdict-changed" && before && after ? changeDetails(before, after) : [],
  };
}

function verdictWords({ category, risk }: ToolState): string {
  return category === "Unknown" ? "Unknown" : `${category}, ${RISK_LABEL[risk].toLowerCase()}`;
}

/** What is another about a verdict: "risk from low to high", "now touches egress". */
export function changeDetails(
  before: Omit<ToolState, "name" | "digest">,
  after: Omit<ToolState, "name" | "digest">,
): string[] {
  const gained = after.facets.filter((facet) => !before.facets.includes(facet));
  const lost = before.facets.filter((facet) => !after.facets.includes(facet));
  return [
    ...(before.risk === after.risk ? [] : [`risk from ${before.risk} to ${after.risk}`]),
    ...(before.category === after.category ? [] : [`category from ${before.category} to ${after.category}`]),
    ...(gained.length === 0 ? [] : [`now touches ${gained.join(", ")}`]),
    ...(lost.length === 0 ? [] : [`no longer touches ${lost.join(", ")}`]),
  ];
}

/** Neighbours with the same key. */
function runsOf<Item>(items: Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const runs: [string, Item[]][] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = runs.at(-1);
    if (last?.[0] === key) last[1].push(item);
    else runs.push([key, [item]]);
  }
  return runs;
}
