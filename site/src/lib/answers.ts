/**
 * Questions about one tool, answered from its verdict and the policy recommended for it. Each sentence about the policy
 * carries what it claims, so that it can be held against the evaluator: an answer cannot say what the document above it
 * does not. Pure.
 */
import type { ToolDefinition, Verdict } from "../../../classifier/index.ts";
import type { CallDecision, Condition, Limit, Policy, PolicyReason } from "../../../policy/index.ts";
import { type Blocked, blockedBy, limitWords, type Standing, standingOf } from "./blocked.ts";
import type { Arguments } from "./sample-call.ts";
import { CATEGORY_MEANING, count, RISK_LABEL, reachWords, reversibleWords } from "./words.ts";

/** What a sentence says of the policy. */
export type Claim =
  | { of: "every call"; decision: CallDecision }
  | { of: "call"; args: Arguments; decision: CallDecision; rule?: string }
  | { of: "limit"; limit: Limit }
  | { of: "rule"; rule: string; conditions: Condition[] };

/** A line under an answer: words, and a piece of the definition or a call behind them or before them. */
export interface Point {
  text: string;
  code?: string;
  isCodeFirst?: true;
}

export interface Answer {
  id: string;
  question: string;
  /** Sentences. They may quote the definition's names. */
  text: string;
  points: Point[];
  claims: Claim[];
}

interface Subject {
  definition: ToolDefinition;
  verdict: Verdict;
  standing: Standing;
  blocked: Blocked;
}

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

function canDelete({ verdict }: Subject): Answer {
  const { category, branches, notBecause } = verdict;
  const deleting = branches.filter((branch) => branch.category === "Destructive");
  const why = notBecause.find((other) => other.category === "Destructive")?.why;
  const worst = `At worst it can ${CATEGORY_MEANING[category]}.`;
  const text = () => {
    if (deleting.length > 0)
      return `Yes, by ${deleting.length === 1 ? "one value" : "some values"} of its arguments.`;
    switch (category) {
      case "Destructive":
        return `Yes. ${worst} Can that be undone? ${reversibleWords(verdict)}`;
      case "Unknown":
        return "Nobody can tell from the definition, which does not say enough. Take it as a yes.";
      case "Financial":
        return `The verdict names the worst, and that is something else. ${worst} It does not rule deleting out.`;
      case "Execute":
        return `The definition does not say so, but what it starts may do more than the definition says.${reasonWords(why)}`;
      default:
        return `No, as the definition reads. ${worst}${reasonWords(why)}`;
    }
  };
  return {
    id: "delete",
    question: "Can it delete anything?",
    text: text(),
    points: deleting.slice(0, MOST_POINTS).map(branchPoint),
    claims: [],
  };
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

function whichArguments({ verdict: { branches, category, risk }, standing }: Subject): Answer {
  const looked = [...new Set(standing.conditions.map(({ path }) => path.slice("args.".length)))];
  const names = [...new Set(branches.map(({ argument }) => argument))];
  const milder = branches.some((branch) => branch.category !== category || branch.risk !== risk);
  const verdict =
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
    text: `${policy} ${verdict}`,
    points: branches.slice(0, MOST_POINTS).map(branchPoint),
    claims: [],
  };
}

function autoApprove({ verdict, standing }: Subject): Answer {
  const { category, risk, reversible, findings } = verdict;
  const serious = findings.filter(({ severity }) => severity !== "info").length;
  const claim =
    category === "Unknown"
      ? "what it does is not known"
      : `it is ${category}, ${RISK_LABEL[risk].toLowerCase()}`;
  const say: Record<Standing["access"], string> = {
    hidden: `No: ${claim}, and the policy hides it.`,
    denied: `No: ${claim}, and the policy lets no call through.`,
    checked: `Only calls that pass the policy's rules: ${claim}.`,
    limited: `Only within the limit: ${claim}. A limit bounds what a mistake or a misled model costs; it does not prevent one.`,
    allowed: `As far as the definition goes, yes: ${claim}, and the policy allows every call.`,
  };
  const points = [
    ...(reversible === "no" && category !== "Read" ? ["What it does can't be taken back."] : []),
    ...(verdict.reach === "other people" || verdict.reach === "machine"
      ? [`Who feels it? ${reachWords(verdict)}`]
      : []),
    ...(serious > 0 ? [`Its text has ${count(serious, "finding")} that a person should read first.`] : []),
  ];
  return {
    id: "auto-approve",
    question: "Is it safe to approve its calls automatically?",
    text: say[standing.access],
    points: points.map((text) => ({ text })),
    claims: everyCall(standing),
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

function everyCall({ access }: Standing): Claim[] {
  const decisions: Partial<Record<Standing["access"], CallDecision>> = {
    hidden: "hidden",
    denied: "deny",
    allowed: "allow",
  };
  const decision = decisions[access];
  return decision ? [{ of: "every call", decision }] : [];
}

const MOST_POINTS = 12;

function branchPoint(branch: Verdict["branches"][number]): Point {
  return {
    text: `${branch.category}, ${RISK_LABEL[branch.risk].toLowerCase()}`,
    code: `${branch.argument} = ${String(branch.value)}`,
    isCodeFirst: true,
  };
}

function limitsClause(limits: readonly Limit[]): string {
  return limits.length === 0 ? "" : `, and at most ${limits.map(limitWords).join(" and ")} for each grant`;
}

function limitClaims(limits: readonly Limit[]): Claim[] {
  return limits.map((limit) => ({ of: "limit", limit }));
}

function reasonWords(why: string | undefined): string {
  return why ? ` ${why.endsWith(".") ? why : `${why}.`}` : "";
}

function listed(names: string[]): string {
  const shown = names.slice(0, 6).map((name) => `“${name.slice(0, 60)}”`);
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(", ")} and ${left} more` : shown.join(" and ");
}
