import { attackData } from "./attacks/data.ts";
import { plain } from "./attacks/sentence.ts";
import { breakOf, type FlowBreak } from "./flow-break.ts";
import {
  compare,
  type FlowTool,
  type Member,
  membersByLeg,
  type ServerTools,
  type ToolName,
} from "./flow-legs.ts";

/** One leg of a flow: how many tools make it, and the first of them. */
export interface FlowLeg {
  /** Id of the leg: `untrusted`, `private`, `way-out`, `code` or `loss`. */
  id: string;
  title: string;
  total: number;
  tools: FlowTool[];
}

/** A way in which tools used together can be turned against their user. */
export interface Flow {
  /** `data-theft`, `remote-code` or `induced-loss`. */
  id: string;
  title: string;
  severity: "high" | "critical";
  /** What can happen, and why it is that severe. */
  because: string;
  /** In the order of the attack. */
  legs: FlowLeg[];
  /** Tools that make all legs by themselves, and how many there are. */
  alone: { total: number; tools: ToolName[] };
  /** Servers, sorted, that make the flow without the others. Empty: only their combination makes it. */
  within: string[];
  break: FlowBreak;
  /** Slugs of the attack patterns it is a case of. */
  patterns: string[];
}

export interface FlowOptions {
  /** How many tools each leg lists; 10 unless told. Counts and the break are of all of them. */
  most?: number;
}

/**
 * The toxic flows of one server, or of several in one session, most severe first; at most one of each kind, whatever
 * the number of tools. Pure, and the same whatever the order of servers and tools. It speaks of what the definitions
 * allow, not of what a client's own approvals stop.
 */
export function flowsOf(servers: ServerTools[], { most = 10 }: FlowOptions = {}): Flow[] {
  const members = membersByLeg(servers);
  const flows = Object.entries(attackData.flows.flows).flatMap(([id, kind]) => {
    const legs = kind.legs.map((leg) => ({ id: leg, members: members.get(leg) ?? [] }));
    return legs.every((leg) => leg.members.length > 0) ? [flowFrom(id, kind, legs, most)] : [];
  });
  return flows.sort((a, b) => compare(a.severity, b.severity));
}

type Kind = (typeof attackData.flows.flows)[string];
interface Leg {
  id: string;
  members: Member[];
}

function flowFrom(id: string, kind: Kind, legs: Leg[], most: number): Flow {
  const grave = legs.flatMap((leg) => leg.members).find((member) => member.grave);
  const alone = shared(
    legs.map((leg) => leg.members.map(({ name }) => name)),
    ({ server, tool }) => JSON.stringify([server, tool]),
  );
  const within = shared(
    legs.map((leg) => leg.members.map(({ name }) => name.server)),
    (server) => server,
  );
  return {
    id,
    title: kind.title,
    severity: grave ? "critical" : "high",
    because: grave
      ? `${kind.because} It is critical because of ${plain(grave.name.tool)} of ${plain(grave.name.server)}: ${decapitalise(grave.told.because)}`
      : kind.because,
    legs: legs.map((leg) => ({
      id: leg.id,
      title: attackData.flows.legs[leg.id]?.title ?? leg.id,
      total: leg.members.length,
      tools: leg.members.slice(0, most).map(({ told }) => told),
    })),
    alone: { total: alone.length, tools: alone.slice(0, most) },
    within: within.sort(compare),
    break: breakOf(legs),
    patterns: kind.patterns,
  };
}

/** What is in every list, once, in the order of the first. */
function shared<T>(lists: T[][], key: (entry: T) => string): T[] {
  const [first = [], ...rest] = lists;
  const others = rest.map((list) => new Set(list.map(key)));
  const once = new Map(first.map((entry) => [key(entry), entry]));
  return [...once].filter(([id]) => others.every((set) => set.has(id))).map(([, entry]) => entry);
}

const decapitalise = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
