/** What the report on the catalog is drawn from, collected at most once a minute. */
import { setImmediate } from "node:timers/promises";
import { attacksOf, HINTS, type Hint, listFindingKinds } from "../../../classifier/index.ts";
import type { CatalogReport, ServerTool, ToolRow } from "../../../db/index.ts";
import { type Catalog, type CatalogLocals, catalogOf } from "./catalog.ts";
import { serverFlows } from "./flows.ts";
import { toolTokens } from "./tokens.ts";
import { RISKS_WORST_FIRST } from "./words.ts";

/** How often each hint is declared as true and as false. */
export type Declared = Record<Hint, { yes: number; no: number }>;

/** Tools that were drawn evenly; all of them where the catalog has no more. */
export interface Sample {
  drawn: number;
  /** Ascending. */
  tokens: number[];
  /** Tools that declare any hint. */
  declaring: number;
  declared: Declared;
  /** By the slug of an attack pattern: how many of them fit it, and the worst of these. */
  attacks: Map<string, { tools: number; worst: ToolRow[] }>;
}

export interface ReportData extends CatalogReport {
  /** ISO 8601. */
  takenAt: string;
  tools: number;
  servers: number;
  sample: Sample;
  /** Of servers that were drawn evenly. */
  flows: { drawn: number; byCount: Map<number, number>; byKind: Map<string, number> };
}

const FRESH_MS = 60_000;
const SAMPLED_TOOLS = 1_000;
const SAMPLED_SERVERS = 60;
const WORST = 10;
/** Servers with more would take as long as all others together. */
export const MOST_FLOW_TOOLS = 200;

/** The figures of the catalog that is served, at most a minute old. */
export const reportData = keptFor(async (catalog): Promise<ReportData> => {
  const kinds = listFindingKinds().map(({ id }) => id);
  const [stats, report] = await Promise.all([catalog.stats(), catalog.report(kinds)]);
  return {
    ...report,
    takenAt: new Date().toISOString(),
    tools: stats.tools,
    servers: stats.servers,
    sample: await sampled(catalog),
    flows: await flowsDrawn(catalog),
  };
});

/** What stands in the definitions of some tools, at most a minute old. */
export const catalogSample = keptFor(sampled);

/** Asks once a minute for each catalog, whoever wants to know. What failed is not kept: the next reader asks anew. */
function keptFor<Data>(make: (catalog: Catalog) => Promise<Data>): (locals: CatalogLocals) => Promise<Data> {
  const kept = new WeakMap<object, { until: number; data: Promise<Data> }>();
  return (locals) => {
    // It gets old by itself: no answer that has it may be kept until something changes.
    locals.onRead?.("moment");
    const catalog = catalogOf(locals);
    const key = catalog.source ?? catalog;
    const known = kept.get(key);
    if (known && known.until > Date.now()) return known.data;
    const data = make(catalog);
    kept.set(key, { until: Date.now() + FRESH_MS, data });
    data.catch(() => kept.delete(key));
    return data;
  };
}

async function sampled(catalog: Catalog): Promise<Sample> {
  const tools = await catalog.sampleTools(SAMPLED_TOOLS);
  const declared = Object.fromEntries(HINTS.map((hint) => [hint, { yes: 0, no: 0 }])) as Declared;
  const fitting = new Map<string, ServerTool[]>();
  const tokens: number[] = [];
  let declaring = 0;
  for (const [index, tool] of tools.entries()) {
    const said = tool.verdict.annotations.declared;
    if (Object.keys(said).length > 0) declaring += 1;
    for (const hint of HINTS) {
      if (said[hint] === true) declared[hint].yes += 1;
      if (said[hint] === false) declared[hint].no += 1;
    }
    tokens.push(toolTokens(tool).count);
    for (const { pattern } of attacksOf(tool.definition, tool.verdict)) {
      fitting.set(pattern, [...(fitting.get(pattern) ?? []), tool]);
    }
    // Others ask for pages meanwhile.
    if (index % 20 === 0) await setImmediate();
  }
  const attacks = [...fitting].map(
    ([pattern, found]) => [pattern, { tools: found.length, worst: worstOf(found) }] as const,
  );
  return {
    drawn: tools.length,
    tokens: tokens.sort((a, b) => a - b),
    declaring,
    declared,
    attacks: new Map(attacks),
  };
}

/** Without their definitions, which are not to be held for a minute. */
function worstOf(tools: ServerTool[]): ToolRow[] {
  return tools
    .toSorted(
      (a, b) =>
        RISKS_WORST_FIRST.indexOf(a.risk) - RISKS_WORST_FIRST.indexOf(b.risk) || (a.name < b.name ? -1 : 1),
    )
    .slice(0, WORST)
    .map(({ definition: _definition, verdict: _verdict, ...row }) => row);
}

async function flowsDrawn(catalog: Catalog): Promise<ReportData["flows"]> {
  const ids = await catalog.sampleServers(SAMPLED_SERVERS, MOST_FLOW_TOOLS);
  const byCount = new Map<number, number>();
  const byKind = new Map<string, number>();
  for (const id of ids) {
    const { flows } = serverFlows(id, await catalog.serverTools(id));
    byCount.set(flows.length, (byCount.get(flows.length) ?? 0) + 1);
    for (const { title } of flows) byKind.set(title, (byKind.get(title) ?? 0) + 1);
  }
  return { drawn: ids.length, byCount, byKind };
}
