import type { ToolDefinition, Verdict } from "../classifier/types.ts";
import { argumentParts } from "./_arguments.ts";
import { withoutBranches } from "./_branches.ts";
import { claim, count, denial, lasting, MOST_EVIDENCE, supporting } from "./_words.ts";
import { type Decision, decide, FOR_POISONED, TO_OTHERS_PER_HOUR } from "./defaults.ts";
import type { Bounds, Part, Preset } from "./types.ts";

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
  const poisoned = poisonedPart(verdict, preset);
  if (poisoned) return [poisoned];
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

/**
 * What a definition that is itself an attack gets, whatever the tool does: the words work on a model that only reads them,
 * so no limit on calls helps. Findings of severity "error"; undefined where there is none, or the preset leaves it to the user.
 */
function poisonedPart({ findings }: Verdict, preset: Preset): Part | undefined {
  const [action, errors] = [FOR_POISONED[preset], findings.filter(({ severity }) => severity === "error")];
  const [first] = errors;
  if (!first || !action) return undefined;
  const evidence = errors.flatMap((finding) => finding.evidence).slice(0, MOST_EVIDENCE);
  const said = `The definition itself looks like an attack (${errors.map(({ id }) => id).join(", ")})`;
  if (action === "hide")
    return { kind: "hide", why: `${said}: hidden, so that the model is not offered it at all.`, evidence };
  const on_deny = `Denied: ${lowerFirst(said)}. Read it before you allow it.`;
  return {
    kind: "deny",
    rule: { conditions: [], on_deny },
    why: `${said}: every call is denied until a person has read it and changes this rule.`,
    evidence,
  };
}

const lowerFirst = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;

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
