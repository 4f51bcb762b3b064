/**
 * Questions about one tool, answered from its verdict and the policy recommended for it. Each sentence about the policy
 * carries what it claims, so that it can be held against the evaluator: an answer cannot say what the document above it
 * does not. Pure.
 */
import type { ToolDefinition, Verdict } from "../../../classifier/index.ts";
import type { Limit, Policy, PolicyReason } from "../../../policy/index.ts";
import { type Answer, branchPoint, type Claim, everyCall, MOST_POINTS, type Subject } from "./answer.ts";
import { autoApprove, canDelete } from "./answers-of-harm.ts";
import { blockedBy, limitWords, standingOf } from "./blocked.ts";
import { ownBoundPoints } from "./own-bounds.ts";

/** @param recommendation the one that the page shows for this tool */
export function answersOf(
  definition: ToolDefinition,
  verdict: Verdict,
  { policy, reasons }: { policy: Policy; reasons: PolicyReason[] },
): Answer[] {
  const standing = standingOf(policy, definition.name);
  const blocked = blockedBy(policy, definition, reasons, standing);
  const subject = { definition, verdict, standing, blocked };
  return [
    canDelete(subject),
    unasked(subject),
    { id: "blocked", question: "What would be blocked?", ...blocked },
    whichArguments(subject),
    autoApprove(subject),
    changes(subject),
  ];
}

function unasked({ standing, blocked }: Subject): Answer {
  const base = {
    id: "unasked",
    question: "Can an agent call it without asking anybody, under this policy?",
    points: [],
  };
  const pass = blocked.allowed
    ? { text: " This one would pass:", points: [{ text: "", code: JSON.stringify(blocked.allowed) }] }
    : { text: "", points: [] };
  const passes: Claim[] = blocked.allowed ? [{ of: "call", args: blocked.allowed, decision: "allow" }] : [];
  switch (standing.access) {
    case "hidden":
      return {
        ...base,
        text: "No. The tool is hidden from the model, and a call that is made all the same is denied.",
        claims: [{ of: "every call", decision: "hidden" }],
      };
    case "denied":
      return {
        ...base,
        text: "No. Every call is denied, until a person changes the policy.",
        claims: [{ of: "every call", decision: "deny" }],
      };
    case "checked":
      return {
        ...base,
        text: `Only calls that pass the rules about its arguments${limitsClause(standing.limits)}.${pass.text}`,
        points: pass.points,
        claims: [...passes, ...limitClaims(standing.limits)],
      };
    case "limited":
      return {
        ...base,
        text: `Yes, whatever its arguments are${limitsClause(standing.limits)}.`,
        claims: [...passes, ...limitClaims(standing.limits)],
      };
    case "allowed":
      return {
        ...base,
        text: "Yes, whatever its arguments are, and as often as it likes.",
        claims: [{ of: "every call", decision: "allow" }],
      };
  }
}

function whichArguments({ definition, verdict, standing }: Subject): Answer {
  const { branches, category, risk } = verdict;
  const isBlocked = standing.access === "hidden" || standing.access === "denied";
  const looked = [...new Set(standing.conditions.map(({ path }) => path.slice("args.".length)))];
  const names = [...new Set(branches.map(({ argument }) => argument))];
  const milder = branches.some((branch) => branch.category !== category || branch.risk !== risk);
  const decides =
    names.length === 0
      ? "The verdict is the same whatever the arguments are."
      : `The verdict depends on ${listed(names)}${milder ? ", and is the worst of these" : ", though every value listed leads to the same"}:`;
  const policy =
    looked.length > 0
      ? `The policy looks at ${listed(looked)}.`
      : standing.access === "limited" || standing.access === "allowed"
        ? "The policy looks at none."
        : "The policy need not look at any: it lets no call through.";
  return {
    id: "arguments",
    question: "Which arguments decide?",
    text: `${policy} ${decides}`,
    points: [
      ...branches.slice(0, MOST_POINTS).map(branchPoint),
      ...(isBlocked ? [] : ownBoundPoints(definition, verdict)),
    ],
    claims: [],
  };
}

function changes({ verdict, standing }: Subject): Answer {
  return {
    id: "definition-changes",
    question: "What if the server changes the definition?",
    text: `The verdict is about these very words (${verdict.digest.slice(0, 15)}…); changed ones get a verdict of their own. The policy goes by the tool's name: it would do the same with the changed tool, until somebody makes it anew. “placard policy --check” says whether that is due.`,
    points: [],
    claims: everyCall(standing),
  };
}

function limitsClause(limits: readonly Limit[]): string {
  return limits.length === 0 ? "" : `, and at most ${limits.map(limitWords).join(" and ")} for each grant`;
}

function limitClaims(limits: readonly Limit[]): Claim[] {
  return limits.map((limit) => ({ of: "limit", limit }));
}

function listed(names: string[]): string {
  const shown = names.slice(0, 6).map((name) => `“${name.slice(0, 60)}”`);
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(", ")} and ${left} more` : shown.join(" and ");
}
