import type { Features } from "./features.ts";
import type { Denial, Matches } from "./match.ts";
import { CATEGORIES, type Category, FACETS, type Verdict } from "./types.ts";
import type { Decision } from "./verdict.ts";

/** The categories a reader would think of next, most severe first. */
const NEIGHBOURS: Record<Category, Category[]> = {
  Unknown: [],
  Read: ["Write", "Execute"],
  Write: ["Destructive", "Execute", "Read"],
  Execute: ["Destructive", "Write"],
  Destructive: ["Write", "Execute"],
  Financial: ["Execute", "Write"],
};

/** Completes "what decides is that …". */
const MEANING: Record<Category, string> = {
  Unknown: "",
  Read: "it only looks something up",
  Write: "it creates or changes something that can be changed back",
  Execute: "it starts something whose effects reach beyond a stored record",
  Destructive: "something is deleted, revoked or lost",
  Financial: "money or value moves, or somebody comes to owe it",
};

/** Completes "nothing in the definition says that …". */
const DENIED: Record<Category, string> = {
  Unknown: "",
  Read: "it only looks something up",
  Write: "it creates or changes anything",
  Execute: "it starts anything whose effects reach beyond a stored record",
  Destructive: "anything is deleted, revoked or lost",
  Financial: "money or value moves, or that somebody comes to owe it",
};

/** What the tools of a mild category do and no more, to complete "it does more than …". */
const NO_MORE: Partial<Record<Category, string>> = {
  Read: "look something up",
  Write: "make a change that can be taken back",
};

/** Why a verdict is this category and not one that a reader would think of next: a sentence for each of those. */
export function notBecause(
  features: Features,
  decision: Decision,
  { matches, denials }: Matches,
): Verdict["notBecause"] {
  const { category, scores } = decision;
  if (category === "Unknown") return [];
  const reasons: Verdict["notBecause"] = [];
  for (const denial of denials) {
    const other = denial.evidence.opposes;
    if (!other || other === category || reasons.some((reason) => reason.category === other)) continue;
    if (scores[other] > 0 && scores[other] >= scores[category]) continue;
    const quote = ownDenial(features.description.text, denial);
    if (quote) reasons.push({ category: other, why: `the description says “${quote}”` });
  }
  for (const other of NEIGHBOURS[category]) {
    if (reasons.some((reason) => reason.category === other)) continue;
    const isShown = matches.some((match) => match.rule.category === other);
    reasons.push({ category: other, why: reasonAgainst(other, decision, isShown) });
  }
  return reasons;
}

/**
 * The words of a denial that surely speak of the tool: "does not delete", "is not deleted". A "not" in "the criteria are
 * not clear", "do not send it twice" or "a failed read won't stop the run" says nothing of what the tool leaves alone.
 */
function ownDenial(
  description: string,
  { evidence: { pointer, start, excerpt } }: Denial,
): string | undefined {
  if (!LOOSE.test(excerpt) || pointer !== "/description") return excerpt;
  const before = BEFORE.exec(description.slice(Math.max(0, start - 10), start))?.[0] ?? "";
  const isOwn = /^(does|did)/i.test(before) ? !HEDGED.test(excerpt) : before !== "" && PASSIVE.test(excerpt);
  return isOwn ? `${before}${excerpt}`.replace(/\s+/g, " ") : undefined;
}

/** English negations that stand with any subject. Others ("without", "doesn't", those of other languages) are taken as they are. */
const LOOSE =
  /^(not|cannot|can['’]?t|won['’]?t|don['’]?t|couldn['’]?t|shouldn['’]?t|isn['’]?t|aren['’]?t)\b/i;
const BEFORE = /\b(does|did|is|are|was|were|be)\s+$/i;
const PASSIVE = /^not (\w+ly )?\w+ed$/i;
/** "does not by itself delete" leaves open that it does. */
const HEDGED = /^not (always|alone|by itself|just|necessarily|only|yet)\b/i;

function reasonAgainst(other: Category, decision: Decision, isShown: boolean): string {
  const { category, reversible } = decision;
  const less = NO_MORE[other];
  if (less && CATEGORIES.indexOf(other) < CATEGORIES.indexOf(category)) {
    return decision.deciding.length > 0
      ? `it does more than ${less}: ${MEANING[category]}`
      : `it probably does more than ${less}`;
  }
  if (other === "Destructive" && category === "Execute" && runsAnything(decision)) {
    return "what it is given to run may delete as well, and a tool that runs whatever it is given counts as Execute";
  }
  if (isShown) return `some words fit it, but what decides is that ${MEANING[category]}`;
  if (category === "Write" && other === "Destructive" && reversible === "no") {
    return "what was there is overwritten, which counts as changing it and not as deleting it";
  }
  return `nothing in the definition says that ${DENIED[other]}`;
}

const CODE = 1 << FACETS.indexOf("code-execution");

/** Whether a rule decided that what the caller gives is run. */
const runsAnything = ({ deciding }: Decision): boolean =>
  deciding.some(({ rule }) => (rule.facetBits & CODE) !== 0);
