import type { Verdict } from "../classifier/types.ts";
import type { Bounds } from "./types.ts";

/** Which tools each bound speaks of, and what it bounds. */
const SPEAKS_OF: Record<keyof Bounds, { of: (verdict: Verdict) => boolean; what: string }> = {
  pathRoots: { of: ({ facets }) => facets.includes("filesystem"), what: "paths" },
  urlHosts: {
    of: ({ facets }) => facets.includes("egress") || facets.includes("browser"),
    what: "addresses",
  },
  recipientDomains: { of: ({ facets }) => facets.includes("messaging"), what: "recipients" },
  amountCeiling: { of: ({ category }) => category === "Financial", what: "amounts" },
};

/**
 * What a reader must know who counts on a bound: that it reaches no argument of this tool.
 * In: the bounds that are set, and those that became a rule. Out: a sentence for each that did not.
 */
export function unbounded(verdict: Verdict, bounds: Bounds, used: ReadonlySet<keyof Bounds>): string[] {
  return (Object.keys(SPEAKS_OF) as (keyof Bounds)[])
    .filter((key) => bounds[key] !== undefined && !used.has(key) && SPEAKS_OF[key].of(verdict))
    .map(
      (key) =>
        `The configuration's bound on ${SPEAKS_OF[key].what} reaches no argument of this tool: those it has are lists, inside others or named otherwise. Deny or hide the tool in the configuration if that is too much.`,
    );
}
