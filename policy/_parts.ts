import type { Branch, Evidence, ToolDefinition, Verdict } from "../classifier/types.ts";
import { argumentParts, type Bounds } from "./_arguments.ts";
import { type Decision, decide, TO_OTHERS_PER_HOUR } from "./defaults.ts";
import type { Rule, Window } from "./schema.ts";
import type { Preset } from "./types.ts";

/** One rule for one tool, with why it is there. Documents are assembled from parts, so merging is putting parts together. */
export type Part = (
  | { kind: "allow" }
  | { kind: "hide" }
  | { kind: "deny"; rule: Rule }
  | { kind: "require"; rule: Rule }
  | { kind: "limit"; window: Window; max: number }
) & { why: string; evidence: Evidence[] };

/** As many words as a reader needs to believe a rule. */
const MOST_EVIDENCE = 5;

/** The parts of a preset's recommendation for one tool; never none. */
export function partsFor(
  definition: ToolDefinition,
  verdict: Verdict,
  preset: Preset,
  bounds: Bounds = {},
  told?: { decision: Decision; why: string },
): Part[] {
  if (told) {
    const bounded = argumentParts(definition, verdict, preset, bounds);
    return [
      ...bounded,
      { ...decisionPart(told.decision, verdict), why: `${told.why}: ${told.decision.action}.` },
    ];
  }
  const decision = decide(preset, verdict);
  if (decision.action === "deny" || decision.action === "hide") {
    const milder = withoutBranches(definition, verdict, preset);
    return milder
      ? [...milder, ...argumentParts(definition, verdict, preset, bounds)]
      : [decisionPart(decision, verdict)];
  }
  const bounded = argumentParts(definition, verdict, preset, bounds);
  return [...bounded, decisionPart(decision, verdict), ...othersPart(decision, verdict, preset)];
}

function decisionPart(decision: Decision, verdict: Verdict): Part {
  const evidence = supporting(verdict);
  const said = claim(verdict);
  switch (decision.action) {
    case "allow":
      return { kind: "allow", why: `${said}: allowed without checks.`, evidence };
    case "hide":
      return { kind: "hide", why: `${said}: hidden, so that the model is not offered it at all.`, evidence };
    case "deny":
      return {
        kind: "deny",
        rule: { conditions: [], on_deny: denial(verdict) },
        why: `${said}${lasting(verdict)}: every call is denied until a person changes this rule.`,
        evidence,
      };
    case "limit":
      return {
        kind: "limit",
        window: decision.window,
        max: decision.max,
        why: `${said}: at most ${count(decision.max, decision.window)} for each grant, so that a loop or a misled model is stopped early.`,
        evidence,
      };
  }
}

/** Messages and calls that reach other people get a limit an hour as well. */
function othersPart(decision: Decision, verdict: Verdict, preset: Preset): Part[] {
  const max = TO_OTHERS_PER_HOUR[preset];
  if (max === null || decision.action !== "limit" || decision.window !== "minute") return [];
  if (verdict.category !== "Execute" || verdict.reach !== "other people") return [];
  return [
    {
      kind: "limit",
      window: "hour",
      max,
      why: `What it does reaches other people: at most ${count(max, "hour")} for each grant as well, against a slow flood.`,
      evidence: verdict.evidence.filter(({ facet }) => facet === "messaging" || facet === "egress"),
    },
  ];
}

/**
 * For a tool that would be denied or hidden only because of some values of its arguments: denies those values and keeps
 * the rest, with the limit of the worst of the rest. Nothing is guessed: only values that the verdict lists as milder
 * stay allowed, and a call without the argument is denied too, as nobody says what its default does. A tool whose own
 * name shows the danger is denied whole, whatever values it offers.
 */
function withoutBranches(definition: ToolDefinition, verdict: Verdict, preset: Preset): Part[] | undefined {
  const { branches, category, risk, reversible } = verdict;
  const behindOne = branches.some((branch) => branch.category === category && branch.risk === risk);
  if (!behindOne || namesTheDanger(verdict)) return undefined;
  const parts: Part[] = [];
  for (const [pointer, values] of byArgument(branches)) {
    const kept = values.filter((branch) => isLoose(decide(preset, { ...branch, reversible })));
    if (kept.length === values.length) continue;
    const path = argumentPath(definition, pointer);
    if (!path || kept.length === 0) return undefined;
    parts.push(...branchParts(path, kept, values, verdict, preset));
  }
  return parts.length > 0 ? parts : undefined;
}

function namesTheDanger({ evidence, category }: Verdict): boolean {
  return evidence.some(({ pointer, supports }) => pointer === "/name" && supports === category);
}

function branchParts(path: string, kept: Branch[], all: Branch[], verdict: Verdict, preset: Preset): Part[] {
  const argument = kept[0]?.argument ?? "";
  const values = [...new Set(kept.map(({ value }) => value))];
  const message = `Denied: ${onlyThese(values)} Ask a person who may do the rest to do it by hand.`;
  const gone = all.filter((branch) => !kept.includes(branch));
  const evidence = verdict.evidence.filter(({ pointer }) => pointer.startsWith(all[0]?.pointer ?? "/"));
  const milder = kept.map((branch) => decide(preset, { ...branch, reversible: verdict.reversible }));
  const limits = milder.filter((decision) => decision.action === "limit");
  const tightest = limits.toSorted((a, b) => perHour(a) - perHour(b))[0];
  const parts: Part[] = [
    {
      kind: "deny",
      rule: { conditions: [{ path, op: "not_in", value: values }], on_deny: message },
      why: `${claim(verdict)} because of ${gone.length === 1 ? "one value" : `${gone.length} values`} of the argument ${JSON.stringify(argument)}; only the milder values stay allowed.`,
      evidence: evidence.length > 0 ? evidence : supporting(verdict),
    },
    {
      kind: "deny",
      rule: { conditions: [{ path, op: "exists", value: false }], on_deny: message },
      why: "A call without this argument is denied as well: nothing says what it would do by default.",
      evidence: [],
    },
  ];
  if (tightest) {
    parts.push({
      kind: "limit",
      window: tightest.window,
      max: tightest.max,
      why: `For the values that stay allowed: at most ${count(tightest.max, tightest.window)} for each grant.`,
      evidence: [],
    });
  }
  return parts;
}

/** Which values stay allowed. They are the server's words and the message is read by a model: plain ones are named, no others. */
function onlyThese(values: Branch["value"][]): string {
  const words = values.map(String);
  const plain = words.length <= 20 && words.every((word) => /^[\w.-]{1,40}$/.test(word));
  return plain
    ? `of this argument only these values are allowed: ${words.join(", ")}.`
    : "only some values of this argument are allowed.";
}

function byArgument(branches: Branch[]): Map<string, Branch[]> {
  return Map.groupBy(branches, ({ pointer }) => pointer);
}

/** Path of a top-level argument in the policy's words, or undefined where its name cannot be written as one. */
function argumentPath(definition: ToolDefinition, pointer: string): string | undefined {
  const name = /^\/inputSchema\/properties\/([A-Za-z0-9_-]+)$/.exec(pointer)?.[1];
  const schema = definition.inputSchema;
  if (name === undefined || typeof schema !== "object" || schema === null) return undefined;
  return `args.${name}`;
}

function isLoose({ action }: Decision): boolean {
  return action === "allow" || action === "limit";
}

function perHour({ max, window }: { max: number; window: Window }): number {
  return window === "minute" ? max * 60 : max;
}

function supporting({ evidence, category }: Verdict): Evidence[] {
  return evidence.filter(({ supports }) => supports === category).slice(0, MOST_EVIDENCE);
}

function claim({ category, risk }: Verdict): string {
  if (category === "Unknown" || risk === "unknown") return "Unknown: the definition does not say enough";
  return `${category}, ${risk} risk`;
}

function lasting({ category, reversible }: Verdict): string {
  if (category === "Unknown") return "";
  if (reversible === "no") return ", and what it does cannot be undone";
  return reversible === "unknown" ? ", and nothing says that it can be undone" : "";
}

/** What the caller reads when every call is denied. It asks for a person; the grammar knows no approval. */
function denial({ category, risk }: Verdict): string {
  const ask = "Ask a person who is allowed to do this to do it by hand";
  if (category === "Unknown" || risk === "unknown") {
    return "Denied: it is not known what this tool does. Ask a person to look at the tool and to change this policy.";
  }
  if (category === "Financial")
    return `Denied: this moves or commits money. ${ask}, or to change this policy.`;
  if (category === "Destructive")
    return `Denied: this can destroy data for good. ${ask}, or to change this policy.`;
  if (category === "Execute")
    return `Denied: this can do what nothing takes back, such as running any code. ${ask}, to lift this rule, or to load the permissive preset, which limits it instead.`;
  return `Denied: this can do too much harm to run unattended. ${ask}, or to change this policy.`;
}

function count(max: number, window: Window): string {
  return `${max} ${max === 1 ? "call" : "calls"} ${window === "minute" ? "a minute" : "an hour"}`;
}
