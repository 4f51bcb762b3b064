/** Attack patterns, published flaws and toxic flows as the API answers them: with the addresses of their pages. */
import type { AdvisoryMatch, AttackMatch, Flow, ToolName } from "../../../classifier/index.ts";
import { attackUrl, toolUrl } from "../lib/addresses.ts";
import type { ApiAdvisory, ApiAttack } from "./attack-types.ts";
import type { ApiFlow, ApiSentFlow } from "./flow-types.ts";

/** A pattern that fits a tool, and why. */
export function apiAttack({ pattern, title, because, evidence }: AttackMatch): ApiAttack {
  return { pattern, url: attackUrl(pattern), title, because, evidence };
}

/** A published flaw, with the versions that have it. */
export function apiAdvisory(advisory: AdvisoryMatch): ApiAdvisory {
  const { id, applies, affected, fact, cvss, pattern, sources } = advisory;
  return {
    id,
    applies,
    package: advisory.package,
    affected,
    fact,
    cvss,
    pattern,
    url: attackUrl(pattern),
    sources,
  };
}

/** A toxic flow of servers of the catalog. */
export const apiFlow = (flow: Flow): ApiFlow =>
  flowTold(flow, ({ server, tool }) => ({ server, tool, url: toolUrl(server, tool) }));

/** Of definitions that were sent in: they have no pages, and perhaps no server. */
export const sentFlow = (flow: Flow): ApiSentFlow =>
  flowTold(flow, ({ server, tool }) => (server === "" ? { tool } : { server, tool }));

/** @param told how a tool is told */
function flowTold<Told extends object>(flow: Flow, told: (name: ToolName) => Told) {
  const { id, title, severity, because, legs, alone, break: broken, patterns } = flow;
  const { leg, how, total, steps, servers } = broken;
  return {
    id,
    title,
    severity,
    because,
    legs: legs.map(({ tools, ...part }) => ({
      ...part,
      tools: tools.map((tool) => ({ ...told(tool), because: tool.because, evidence: tool.evidence })),
    })),
    alone: { total: alone.total, tools: alone.tools.map(told) },
    break: {
      leg,
      how,
      total,
      steps: steps.map(({ action, argument, pointer, to, ...name }) => ({
        ...told(name),
        action,
        argument,
        pointer,
        to,
      })),
      servers: servers.filter((server) => server !== ""),
      because: broken.because,
    },
    patterns,
  };
}
