import { attackData } from "./attacks/data.ts";
import { compare, type Member, type ToolName } from "./flow-legs.ts";

/**
 * What to do with a tool so that its leg is gone: `hide` it, `ask` somebody before each call, or `restrict` one of its
 * arguments.
 */
export interface BreakStep extends ToolName {
  action: "hide" | "ask" | "restrict";
  /** With `restrict`: the argument, its JSON Pointer in the definition, and to what it is bounded. */
  argument?: string;
  pointer?: string;
  to?: string;
}

/** The policy that breaks a flow: all tools of one leg are taken out of the agent's free use. */
export interface FlowBreak {
  leg: string;
  /** `tools`: follow the steps. `separate`: there are too many; keep the servers that make this leg out of the session. */
  how: "tools" | "separate";
  /** How many tools make the leg. */
  total: number;
  /** One for each of them; none with `separate`. */
  steps: BreakStep[];
  /** With `separate`: the servers that make the leg. */
  servers: string[];
  because: string;
}

/** Longest list of steps that somebody would follow. */
const MAX_STEPS = 100;

/**
 * Chooses the leg with the fewest tools, the last such leg of the attack: what comes before it stays usable.
 *
 * @param legs the flow's legs in the order of the attack, each with at least one tool
 */
export function breakOf(legs: { id: string; members: Member[] }[]): FlowBreak {
  const chosen = legs.reduce((best, leg) => (leg.members.length <= best.members.length ? leg : best));
  const { id, members } = chosen;
  const others = legs
    .filter((leg) => leg !== chosen)
    .map((leg) => `${leg.members.length} for “${titleOf(leg.id)}”`);
  const count = `“${titleOf(id)}” rests on ${tools(members.length)}, against ${others.join(" and ")}`;
  const base = { leg: id, total: members.length };
  if (members.length > MAX_STEPS) {
    const servers = [...new Set(members.map(({ name }) => name.server))].sort(compare);
    const because = `${count}: too many to list. Use the servers that make this leg in a session of their own.`;
    return { ...base, how: "separate", steps: [], servers, because };
  }
  const because = `${count}: no leg is cheaper to take away.`;
  return { ...base, how: "tools", steps: members.map((member) => stepFor(id, member)), servers: [], because };
}

function stepFor(leg: string, { name, bound }: Member): BreakStep {
  const action = attackData.flows.legs[leg]?.break ?? "ask";
  return bound && action === "ask" ? { ...name, action: "restrict", ...bound } : { ...name, action };
}

const titleOf = (leg: string): string => attackData.flows.legs[leg]?.title ?? leg;
const tools = (count: number): string => (count === 1 ? "one tool" : `${count} tools`);
