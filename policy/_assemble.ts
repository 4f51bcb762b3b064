import { jsonPointer } from "../classifier/json-pointer.ts";
import { counterName } from "./_counter.ts";
import { groupBy } from "./_group-by.ts";
import type { Limit, Policy, Rule, ToolPolicy, Window } from "./schema.ts";
import type { Part, PolicyReason } from "./types.ts";

/** A policy document and why each of its rules is there. */
export interface Recommendation {
  policy: Policy;
  reasons: PolicyReason[];
}

/** The parts for one tool of one server. */
export interface ServedPart {
  name: string;
  server?: string;
  parts: Part[];
  /** What a reader must know besides, where calls go through: a sentence each. */
  notes?: string[];
}

/** Puts the parts into one document, tools by name (in code unit order), and says of each rule where it ended up. */
export function assemble(served: ServedPart[]): Recommendation {
  const reasons: PolicyReason[] = [
    {
      pointer: "/default",
      why: "A tool that is not listed is denied, so that one the server adds later cannot be called unseen.",
      evidence: [],
    },
  ];
  const hidden: string[] = [];
  const tools: Record<string, ToolPolicy> = Object.create(null);
  for (const [name, group] of byName(served)) {
    if (name === "*") {
      reasons.push(leftOut(group));
      continue;
    }
    const parts = withServers(group);
    const hide = parts.filter(({ kind }) => kind === "hide");
    if (hide.length > 0) {
      hidden.push(name);
      reasons.push(...sharedName(jsonPointer(["hide", hidden.length - 1]), group));
      reasons.push(...unique(hide.map((part) => reason(jsonPointer(["hide", hidden.length - 1]), part))));
    } else {
      const built = toolPolicy(name, parts);
      tools[name] = built.policy;
      reasons.push(...sharedName(jsonPointer(["tools", name]), group), ...built.reasons);
      if (!isDenied(built.policy)) reasons.push(...notesOf(name, group));
    }
  }
  // The order of keys is the order in print: what is hidden comes before what is listed.
  const policy: Policy = { version: "1", default: "deny" };
  if (hidden.length > 0) policy.hide = hidden;
  if (Object.keys(tools).length > 0) policy.tools = tools;
  return { policy, reasons };
}

function byName(served: ServedPart[]): [string, ServedPart[]][] {
  const groups = [...groupBy(served, ({ name }) => name)];
  return groups.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** In a document "*" is every tool, so a tool of that name cannot be spoken of; the default denies it. */
function leftOut(group: ServedPart[]): PolicyReason {
  return {
    pointer: "/default",
    why: 'A tool named "*" is left out and so denied: in a policy that name would mean every tool.',
    evidence: group.flatMap(({ parts }) => parts.flatMap(({ evidence }) => evidence)),
  };
}

function sharedName(pointer: string, group: ServedPart[]): PolicyReason[] {
  if (group.length < 2) return [];
  const servers = [...new Set(group.map(({ server }) => server).filter((server) => server !== undefined))];
  const who =
    servers.length > 1
      ? `Tools of ${servers.join(" and ")} have this name`
      : "The server lists this name more than once";
  return [
    {
      pointer,
      why: `${who}; a policy goes by the name alone, so the rules of all of them apply.`,
      evidence: [],
    },
  ];
}

/** The parts of all tools of a name; where they are of several servers, each says of which. */
function withServers(group: ServedPart[]): Part[] {
  const parts = group.flatMap(({ server, parts }) => parts.map((part) => ({ server, part })));
  if (new Set(group.map(({ server }) => server)).size < 2) return parts.map(({ part }) => part);
  return parts.map(({ part }) => {
    const same = parts.filter((other) => isSame(other.part, part)).flatMap(({ server }) => server ?? []);
    return { ...part, why: `${part.why} (of ${[...new Set(same)].join(" and ")})` };
  });
}

function isSame(one: Part, other: Part): boolean {
  if (one.kind !== other.kind || one.why !== other.why) return false;
  return !("rule" in one && "rule" in other) || ruleKey(one.rule) === ruleKey(other.rule);
}

function isDenied({ deny_if = [] }: ToolPolicy): boolean {
  return deny_if.some(({ conditions }) => conditions.length === 0);
}

function notesOf(name: string, group: ServedPart[]): PolicyReason[] {
  const pointer = jsonPointer(["tools", name]);
  return unique(group.flatMap(({ notes = [] }) => notes.map((why) => ({ pointer, why, evidence: [] }))));
}

function toolPolicy(name: string, parts: Part[]): { policy: ToolPolicy; reasons: PolicyReason[] } {
  const at = (...path: (string | number)[]) => jsonPointer(["tools", name, ...path]);
  const denials = collectRules(parts, "deny");
  // First denial wins: behind one without conditions nothing else is ever looked at.
  const always = denials.find(({ rule }) => rule.conditions.length === 0);
  if (always) return { policy: { deny_if: [always.rule] }, reasons: [reason(at("deny_if", 0), always)] };

  const policy: ToolPolicy = {};
  const reasons: PolicyReason[] = [];
  const required = collectRules(parts, "require");
  if (required.length > 0) policy.require = required.map(({ rule }) => rule);
  required.forEach((part, index) => {
    reasons.push(reason(at("require", index), part));
  });
  if (denials.length > 0) policy.deny_if = denials.map(({ rule }) => rule);
  denials.forEach((part, index) => {
    reasons.push(reason(at("deny_if", index), part));
  });
  const limits = collectLimits(parts);
  if (limits.length > 0) policy.limits = limits.map((part) => limit(name, part));
  limits.forEach((part, index) => {
    reasons.push(reason(at("limits", index), part));
  });
  const allowed = parts.find(({ kind }) => kind === "allow");
  if (reasons.length === 0 && allowed) reasons.push(reason(at(), allowed));
  return { policy, reasons };
}

type RulePart = Extract<Part, { kind: "deny" | "require" }>;
type LimitPart = Extract<Part, { kind: "limit" }>;

function collectRules(parts: Part[], kind: RulePart["kind"]): RulePart[] {
  const seen = new Map<string, RulePart>();
  for (const part of parts) {
    if (part.kind !== kind || !("rule" in part)) continue;
    const key = ruleKey(part.rule);
    if (!seen.has(key)) seen.set(key, part);
  }
  return [...seen.values()];
}

function ruleKey({ conditions }: Rule): string {
  return JSON.stringify(conditions);
}

/** The tightest limit of each window. */
function collectLimits(parts: Part[]): LimitPart[] {
  const tightest = new Map<Window, LimitPart>();
  for (const part of parts) {
    if (part.kind !== "limit") continue;
    const known = tightest.get(part.window);
    if (!known || part.max < known.max) tightest.set(part.window, part);
  }
  return [...tightest.values()];
}

function limit(name: string, { window, max }: LimitPart): Limit {
  return { counter: counterName(name, window), window, max, scope: "grant" };
}

function reason(pointer: string, { why, evidence }: Part): PolicyReason {
  return { pointer, why, evidence };
}

function unique(reasons: PolicyReason[]): PolicyReason[] {
  return [...new Map(reasons.map((entry) => [entry.why, entry])).values()];
}
