import { evidenceOf, holds } from "./attacks/conditions.ts";
import { attackData } from "./attacks/data.ts";
import { type AttackEvidence, type Facts, factsOf } from "./attacks/facts.ts";
import { sentence } from "./attacks/sentence.ts";
import type { ToolDefinition, Verdict } from "./types.ts";

/** The tools of one server, each with what `classify` says of it. */
export interface ServerTools {
  server: string;
  tools: { definition: ToolDefinition; verdict: Verdict }[];
}

/** Which tool of which server. */
export interface ToolName {
  server: string;
  tool: string;
}

/** A tool that makes a leg of a flow, and why. */
export interface FlowTool extends ToolName {
  because: string;
  evidence: AttackEvidence[];
}

/** A tool that makes a leg, with what is needed to judge the flow. */
export interface Member {
  name: ToolName;
  /** It makes the flow critical. */
  grave: boolean;
  /** The argument that could be bounded instead of hiding the tool or asking. */
  bound: { argument: string; pointer: string; to: string } | undefined;
  told: FlowTool;
}

/** For each leg of `flows.yaml`, the tools that make it: grave ones first, then by server and name. */
export function membersByLeg(servers: ServerTools[]): Map<string, Member[]> {
  const legs = Object.entries(attackData.flows.legs);
  const members = new Map(legs.map(([id]) => [id, [] as Member[]]));
  for (const { server, tools } of servers) {
    for (const { definition, verdict } of tools) {
      const facts = factsOf(definition, verdict);
      for (const [id, leg] of legs) {
        const member = memberOf(leg, facts, { server, tool: definition.name });
        if (member) members.get(id)?.push(member);
      }
    }
  }
  for (const list of members.values()) list.sort(inOrder);
  return members;
}

type Leg = (typeof attackData.flows.legs)[string];

function memberOf(leg: Leg, facts: Facts, name: ToolName): Member | undefined {
  for (const clause of leg.any) {
    const found = holds(clause, facts);
    if (!found) continue;
    const { because, grave } = clause;
    const told = { ...name, because: sentence(because, found), evidence: evidenceOf(found, because) };
    return { name, grave, bound: boundOf(leg, facts), told };
  }
  return undefined;
}

/** What runs code cannot be bounded by one of its arguments. */
function boundOf(leg: Leg, facts: Facts): Member["bound"] {
  if (facts.verdict.facets.includes("code-execution")) return undefined;
  for (const { text, to } of leg.bounds) {
    const found = holds({ text }, facts)?.get("text")?.[0];
    if (found) return { argument: found.excerpt, pointer: found.pointer, to };
  }
  return undefined;
}

const inOrder = (a: Member, b: Member): number =>
  Number(b.grave) - Number(a.grave) ||
  compare(a.name.server, b.name.server) ||
  compare(a.name.tool, b.name.tool);

/** By UTF-16 code units: the same order everywhere. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
