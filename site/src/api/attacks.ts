/** Attack patterns, published flaws and toxic flows as the API answers them: with the addresses of their pages. */
import type { AdvisoryMatch, AttackMatch, Flow, ToolName } from "../../../classifier/index.ts";
import { attackUrl, toolUrl } from "../lib/addresses.ts";
import type { ApiAdvisory, ApiAttack, ApiFlow } from "./attack-types.ts";

export function apiAttack({ pattern, title, because, evidence }: AttackMatch): ApiAttack {
  return { pattern, url: attackUrl(pattern), title, because, evidence };
}

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

export function apiFlow({
  id,
  title,
  severity,
  because,
  legs,
  alone,
  break: broken,
  patterns,
}: Flow): ApiFlow {
  const { leg, how, total, steps } = broken;
  return {
    id,
    title,
    severity,
    because,
    legs: legs.map((part) => ({ ...part, tools: part.tools.map(withUrl) })),
    alone: { total: alone.total, tools: alone.tools.map(withUrl) },
    break: { leg, how, total, steps: steps.map(withUrl), because: broken.because },
    patterns,
  };
}

const withUrl = <Named extends ToolName>(name: Named): Named & { url: string } => ({
  ...name,
  url: toolUrl(name.server, name.tool),
});
