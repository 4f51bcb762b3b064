import type { Features } from "./features.ts";
import type { Match, Matches } from "./match.ts";
import type { Category, Evidence, Verdict } from "./types.ts";
import type { Decision } from "./verdict.ts";

type Explanation = Pick<Verdict, "summary" | "because" | "notBecause">;

/** The categories a reader would think of next, most severe first. */
const NEIGHBOURS: Record<Category, Category[]> = {
  Unknown: [],
  Read: ["Write", "Execute"],
  Write: ["Destructive", "Execute", "Read"],
  Execute: ["Destructive", "Write"],
  Destructive: ["Write", "Execute"],
  Financial: ["Execute", "Write"],
};

const MEANING: Record<Category, string> = {
  Unknown: "",
  Read: "it only looks something up",
  Write: "its effect ends with a stored record that can be changed back",
  Execute: "it starts something whose effects reach beyond a stored record",
  Destructive: "something is deleted, revoked or lost",
  Financial: "money or value moves, or somebody comes to owe it",
};

/** What a tool probably does where no rule says so, only the trained model. */
const GUESS: Record<Category, string> = {
  Unknown: "",
  Read: "only looks something up or works something out",
  Write: "creates or changes something that can be changed back",
  Execute: "starts something whose effects reach further than a stored record",
  Destructive: "deletes, revokes or loses something",
  Financial: "moves or commits money or value",
};

/**
 * Puts a decision into words. Only our own sentences; the definition's words appear as short quotes.
 *
 * @param words what moved the trained model, when it says the category
 */
export function explain(
  features: Features,
  decision: Decision,
  found: Matches,
  words: Evidence[] = [],
): Explanation {
  return {
    summary: summarise(decision),
    because: because(features, decision, words),
    notBecause: notBecause(decision, found),
  };
}

function summarise({ category, deciding }: Decision): string {
  if (category === "Unknown") return "The definition does not say what the tool does.";
  if (deciding.length === 0) return `Probably ${GUESS[category]}.`;
  const most = category === "Read" ? 1 : 2;
  const titles: string[] = [];
  for (const match of deciding) {
    if (titles.length === most) break;
    const { title } = match.rule;
    if (!titles.includes(title) && isTold(match, deciding)) titles.push(title);
  }
  return `Can ${titles.join(", and ")}.`;
}

/** Not a general rule of which a special case, at least as bad, decided too: "delete data" beside "delete much else". */
function isTold({ rule }: Match, deciding: Match[]): boolean {
  return !deciding.some(
    ({ rule: other }) =>
      other.refines.length > 0 && other.refines.includes(rule.id) && other.level >= rule.level,
  );
}

function because(features: Features, decision: Decision, words: Evidence[]): string {
  const { category, risk, deciding } = decision;
  if (category === "Unknown") {
    return features.description.text === ""
      ? "There is no description, and neither the name nor the schema tells what the tool does."
      : "Neither the name, the description nor the schema holds words that any rule knows.";
  }
  const why = riskWhy(decision);
  if (deciding.length > 0) {
    const quotes = quotePlaces(deciding.map((match) => match.evidence));
    return `${category}, because ${quotes}. The risk is ${risk}: ${why}.`;
  }
  const quotes = words.length > 0 ? quotePlaces([words]) : "nothing in it says more";
  return `${category}, because ${quotes}: no rule decides this, and most tools with such words are ${category}. The risk is ${risk}: ${why}.`;
}

function riskWhy({ isMild, riskReason }: Decision): string {
  if (isMild) return "tools with such words mostly have more, but its name shows a milder case";
  return riskReason ? `the tool may ${riskReason}` : "tools with such words mostly have it";
}

/** "the name says “delete” and the description says “Deletes”". */
function quotePlaces(lists: Evidence[][]): string {
  const places: string[] = [];
  const quotes: string[] = [];
  for (const list of lists) {
    for (const entry of list) {
      const place = placeOf(entry);
      if (quotes.length === MOST_PLACES || places.includes(place)) continue;
      places.push(place);
      quotes.push(`${place} says “${entry.excerpt}”`);
    }
  }
  const last = quotes.pop() ?? "the definition shows it";
  return quotes.length === 0 ? last : `${quotes.join(", ")} and ${last}`;
}

/** How many parts of a definition are quoted. */
const MOST_PLACES = 3;

function placeOf({ pointer }: Evidence): string {
  if (pointer === "/name") return "the name";
  if (pointer.endsWith("/title")) return "the title";
  if (pointer === "/description") return "the description";
  return "the schema";
}

function notBecause(decision: Decision, { matches, denials }: Matches): Explanation["notBecause"] {
  const { category, scores } = decision;
  if (category === "Unknown") return [];
  const reasons: Explanation["notBecause"] = [];
  for (const denial of denials) {
    const other = denial.evidence.opposes;
    if (!other || other === category || reasons.some((reason) => reason.category === other)) continue;
    if (scores[other] > 0 && scores[other] >= scores[category]) continue;
    reasons.push({ category: other, why: `the description says “${denial.evidence.excerpt}”` });
  }
  for (const other of NEIGHBOURS[category]) {
    if (reasons.some((reason) => reason.category === other)) continue;
    const why = reasonAgainst(
      other,
      decision,
      matches.some((match) => match.rule.category === other),
    );
    reasons.push({ category: other, why });
  }
  return reasons;
}

function reasonAgainst(other: Category, { category, reversible }: Decision, isShown: boolean): string {
  if (isShown) return `some words fit it, but what decides is that ${MEANING[category]}`;
  if (category === "Write" && other === "Destructive" && reversible === "no") {
    return "what was there is overwritten, which counts as changing it and not as deleting it";
  }
  return `nothing in the definition says that ${MEANING[other]}`;
}
