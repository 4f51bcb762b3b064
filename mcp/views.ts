/** From verdicts and rows to what answers say: field by field, each bounded. */
import type { z } from "zod";
import {
  type AdvisoryMatch,
  type Flow,
  flowsOf,
  type ServerTools,
  type ToolDefinition,
  type Verdict,
} from "../classifier/index.ts";
import type { ToolRow } from "../db/index.ts";
import type { CorrectedVerdict } from "../policy/index.ts";
import { shortUrl, shown, shownId, shownName } from "./contain.ts";
import type { advisorySchema, flowSchema, tokensSchema, toolLineSchema, verdictSchema } from "./schemas.ts";
import type { Links } from "./types.ts";

/** How many of each an answer holds, and how long each may be, in characters. */
const EVIDENCE = 8;
const BRANCHES = 20;
const FINDINGS = 10;
const FLOW_TOOLS = 3;
const FLOW_STEPS = 10;
const QUOTE = 80;
const SENTENCE = 500;

/** A tool in a list. Strangers' words are cut and made harmless, here and in all that follows. */
export function toolLine(row: ToolRow, links: Links): z.input<typeof toolLineSchema> {
  const { server, name, category, risk, confidence, facets, alarming, summary } = row;
  return {
    server: shownId(server),
    name: shownName(name),
    url: toolPage(links, server, name),
    category,
    risk,
    confidence,
    facets,
    alarming,
    summary: shown(summary, SENTENCE),
  };
}

/** A tool's page; of a tool with a very long name its server's, and of such a server the site's. */
export const toolPage = (links: Links, server: string, name: string): string =>
  shortUrl(links.tool(server, name), links.server(server), links.home());

/** A server's page; of one with a very long id the site's. */
export const serverPage = (links: Links, id: string): string => shortUrl(links.server(id), links.home());

/** A verdict with the first of its evidence and findings. */
export function verdictView(verdict: Verdict & CorrectedVerdict): z.input<typeof verdictSchema> {
  const { category, risk, confidence, facets, reversible, reach, digest, rules, annotations } = verdict;
  const { correction } = verdict;
  return {
    category,
    risk,
    confidence,
    facets,
    reversible,
    reach,
    summary: shown(verdict.summary, SENTENCE),
    because: shown(verdict.because, SENTENCE),
    evidence: verdict.evidence.slice(0, EVIDENCE).map(({ rule, pointer, excerpt }) => ({
      rule,
      pointer: shownName(pointer),
      quote: shown(excerpt, QUOTE),
    })),
    branches: verdict.branches.slice(0, BRANCHES).map((branch) => ({
      argument: shown(branch.argument, QUOTE),
      value: shown(String(branch.value), QUOTE),
      category: branch.category,
      risk: branch.risk,
    })),
    findings: verdict.findings
      .slice(0, FINDINGS)
      .map(({ id, severity, message }) => ({ id, severity, message: shown(message, SENTENCE) })),
    annotations: {
      declared: annotations.declared,
      suggested: annotations.suggested,
      conflicts: annotations.conflicts.map(({ hint, declared, why }) => ({
        hint,
        declared,
        why: shown(why, SENTENCE),
      })),
    },
    digest,
    rules,
    correction: correction && {
      who: shown(correction.who, QUOTE),
      when: correction.when,
      why: shown(correction.why, SENTENCE),
    },
  };
}

/** Counts with the tokenizer, which is loaded only now: most sessions never ask. */
export async function tokensOf(definition: ToolDefinition): Promise<z.input<typeof tokensSchema>> {
  const { TOKEN_ENCODING, tokenCost } = await import("../classifier/tokens.ts");
  const { count, complete } = tokenCost(definition);
  return { encoding: TOKEN_ENCODING, count, complete };
}

/** The toxic flows of servers used together, most severe first. */
export function flowViews(servers: ServerTools[]): z.input<typeof flowSchema>[] {
  return flowsOf(servers, { most: FLOW_TOOLS }).map(flowView);
}

function flowView({ id, title, severity, because, legs, break: broken }: Flow): z.input<typeof flowSchema> {
  return {
    id,
    title,
    severity,
    because: shown(because, SENTENCE),
    legs: legs.map((leg) => ({
      title: leg.title,
      total: leg.total,
      tools: leg.tools.map(({ server, tool }) => ({ server: shownId(server), name: shownName(tool) })),
    })),
    break: {
      because: shown(broken.because, SENTENCE),
      total: broken.total,
      steps: broken.steps.slice(0, FLOW_STEPS).map(({ action, server, tool, argument }) => ({
        action,
        server: shownId(server),
        name: shownName(tool),
        argument: argument === undefined ? undefined : shown(argument, QUOTE),
      })),
    },
  };
}

/** A published flaw of a server's package. */
export function advisoryView({ id, applies, fact }: AdvisoryMatch): z.input<typeof advisorySchema> {
  return { id, applies, fact: shown(fact, SENTENCE) };
}
