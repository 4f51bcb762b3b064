/** The toxic flows of a server, computed once for each list of verdicts. */
import { createHash } from "node:crypto";
import {
  type BreakStep,
  type Flow,
  flowsOf,
  type ToolDefinition,
  type Verdict,
} from "../../../classifier/index.ts";
import { saidAsGuess } from "./guessed.ts";

interface Served {
  digest: string;
  definition: ToolDefinition;
  verdict: Verdict;
}

export interface ServerFlows {
  flows: Flow[];
  /** How many of its tools were looked at. */
  looked: number;
}

/** Tools that are looked at; five thousand take half a second, once. */
export const MAX_FLOW_TOOLS = 5_000;
/** Some tens of kilobytes each. */
const REMEMBERED = 300;
const remembered = new Map<string, Flow[]>();

/**
 * What the tools of a server make together: most severe first, each kind once. Remembered by what it depends on, which
 * is the server's id, its definitions and what is said of them.
 */
export function serverFlows(server: string, served: readonly Served[]): ServerFlows {
  const tools = served.length > MAX_FLOW_TOOLS ? served.toSorted(byName).slice(0, MAX_FLOW_TOOLS) : served;
  const key = keyOf(server, tools);
  const flows = remembered.get(key) ?? flowsOf([{ server, tools: [...tools] }]).map(guessesSaid);
  // The one that was asked for last stands last; the first goes when there are too many.
  remembered.delete(key);
  remembered.set(key, flows);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
  return { flows, looked: tools.length };
}

/** Tools that make a leg only by what the trained model says are said to do so probably. */
export const guessesSaid = (flow: Flow): Flow => ({
  ...flow,
  legs: flow.legs.map((leg) => ({ ...leg, tools: leg.tools.map(saidAsGuess) })),
});

const byName = (a: Served, b: Served): number => (a.definition.name < b.definition.name ? -1 : 1);

function keyOf(server: string, tools: readonly Served[]): string {
  const hash = createHash("sha256").update(server);
  const lines = tools.map(({ digest, verdict: { category, risk, facets, reversible, rules } }) =>
    ["", digest, category, risk, reversible, rules, ...facets].join("\0"),
  );
  for (const line of lines.sort()) hash.update(line);
  return hash.digest("hex");
}

/** What to do with a tool, in the words around its name: "Restrict url of" … "to hosts that were allowed". */
export function stepWords({ action, argument, to }: BreakStep): {
  before: string;
  argument?: string;
  behind: string;
} {
  if (action === "hide") return { before: "Hide", behind: "" };
  if (action === "ask") return { before: "Ask before each call of", behind: "" };
  return { before: "Bound", argument, behind: `to ${to}` };
}
