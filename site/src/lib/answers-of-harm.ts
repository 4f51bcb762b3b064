/** Answers about the harm a tool can do: whether it deletes, and whether anybody should let it run unasked. */
import { type Answer, branchPoint, everyCall, MOST_POINTS, type Subject } from "./answer.ts";
import type { Standing } from "./blocked.ts";
import { count, percent, RISK_LABEL, reachWords, reversibleWords } from "./words.ts";

/** Below this confidence a mild verdict is no reason to approve anything unseen. */
const SURE_ENOUGH = 0.6;

/** Whether a tool deletes: the calls that do, or why none does. */
export function canDelete({ verdict }: Subject): Answer {
  const { category, branches, notBecause } = verdict;
  const deleting = branches.filter((branch) => branch.category === "Destructive");
  const why = notBecause.find((other) => other.category === "Destructive")?.why;
  const worst = verdict.summary.replace(/^Can /, "It can ");
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
        return category === "Write" && verdict.reversible === "no"
          ? `No, as the definition reads, but what it does can't be taken back. ${worst}${reasonWords(why)}`
          : `No, as the definition reads. ${worst}${reasonWords(why)}`;
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

/** Whether to let it run unasked, why, and what the policy lets through. */
export function autoApprove({ verdict, standing }: Subject): Answer {
  const { category, risk, reversible, findings, confidence } = verdict;
  const serious = findings.filter(({ severity }) => severity !== "info").length;
  const unsure = category !== "Unknown" && confidence < SURE_ENOUGH;
  const doubt = unsure ? ` (${percent(confidence)} sure)` : "";
  const claim =
    category === "Unknown"
      ? "what it does is not known"
      : `it is ${category}, ${RISK_LABEL[risk].toLowerCase()}${doubt}`;
  const lasts = reversible === "no" && category !== "Read";
  const isGrave = risk === "high" || risk === "critical" || category === "Unknown" || lasts || unsure;
  const bounds: Record<Standing["access"], string> = {
    hidden: "the policy hides it",
    denied: "the policy lets no call through",
    checked: "the policy lets those calls through that pass its rules about arguments",
    limited: "the policy lets as many calls through as its limit allows",
    allowed: "the policy allows every call",
  };
  const isBlocked = standing.access === "hidden" || standing.access === "denied";
  const text = isBlocked
    ? `No: ${claim}, and ${bounds[standing.access]}.`
    : isGrave
      ? `Better not: ${claim}. Though ${bounds[standing.access]}, that bounds what a mistake or a misled model costs and does not prevent one; a client that asks a person before each call does.`
      : `Within this policy, as far as the definition goes: ${claim}, and ${bounds[standing.access]}.`;
  const points = [
    ...(unsure ? ["The verdict itself is unsure: it may do worse than that."] : []),
    ...(lasts ? ["What it does can't be taken back."] : []),
    ...(verdict.reach === "other people" || verdict.reach === "machine"
      ? [`What can it affect? ${reachWords(verdict)}`]
      : []),
    ...(serious > 0 ? [`Its text has ${count(serious, "finding")} that a person should read first.`] : []),
  ];
  return {
    id: "auto-approve",
    question: "Is it safe to approve its calls automatically?",
    text,
    points: points.map((text) => ({ text })),
    claims: everyCall(standing),
  };
}

function reasonWords(why: string | undefined): string {
  return why ? ` Not Destructive: ${why.endsWith(".") ? why : `${why}.`}` : "";
}
