import { type Argument, type Features, featuresOf } from "./features.ts";
import { type Match, matchRules } from "./match.ts";
import type { Matcher } from "./matcher.ts";
import type { Branch, Evidence } from "./types.ts";
import { decide } from "./verdict.ts";

/** Arguments whose value chooses what the tool does. */
const SELECTORS = new Set([
  "action",
  "actions",
  "operation",
  "method",
  "mode",
  "command",
  "op",
  "verb",
  "subcommand",
]);
const MAX_BRANCHES = 60;
/** How much a value tells beside the tool's own name. */
const WEIGHT = 0.8;

export interface Branches {
  branches: Branch[];
  /** What the values add to the verdict of the whole tool, which is that of its worst branch. */
  matches: Match[];
}

/**
 * A verdict for each value of an action argument, read as if value and tool name together were the name: `cancel` of
 * `subscriptions` is cancelling a subscription. Values that say nothing by themselves are left out, not guessed.
 */
export function branchesOf(features: Features, matcher: Matcher): Branches {
  const result: Branches = { branches: [], matches: [] };
  for (const argument of features.arguments) {
    if (argument.choices.length < 2 || !SELECTORS.has(argument.words.at(-1)?.text ?? "")) continue;
    for (const choice of argument.choices) {
      if (result.branches.length === MAX_BRANCHES) return result;
      addBranch(result, argument, choice, features.name.text, matcher);
    }
  }
  return result;
}

function addBranch(
  result: Branches,
  argument: Argument,
  choice: Argument["choices"][number],
  name: string,
  matcher: Matcher,
): void {
  const { value, pointer } = choice;
  if (typeof value !== "string" || value === "") return;
  const found = matchRules(matcher, featuresOf({ name: `${value} ${name}` }));
  const own = found.matches.filter((match) => (match.evidence[0]?.start ?? value.length) < value.length);
  const decision = decide(own);
  const top = decision.deciding[0];
  if (!top || decision.category === "Unknown") return;
  result.branches.push({
    pointer: argument.pointer,
    argument: argument.name,
    value,
    category: decision.category,
    risk: decision.risk,
    because: `With “${value}” it may ${top.rule.title}.`,
  });
  for (const match of decision.deciding) {
    const { id, category: supports } = match.rule;
    const place = { rule: id, pointer, start: 0, end: value.length, excerpt: value };
    const evidence: Evidence = supports ? { ...place, supports } : place;
    result.matches.push({ ...match, place: "schema", weight: WEIGHT, evidence: [evidence] });
  }
}
