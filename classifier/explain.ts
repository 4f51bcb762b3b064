import type { Features } from "./features.ts";
import type { Match, Matches } from "./match.ts";
import { notBecause } from "./neighbours.ts";
import { quotePlaces, readingWords } from "./quoted.ts";
import type { Category, Evidence, Verdict } from "./types.ts";
import type { Decision } from "./verdict.ts";

type Explanation = Pick<Verdict, "summary" | "because" | "notBecause">;

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
    because: because(features, decision, found, words),
    notBecause: notBecause(features, decision, found),
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

function because(features: Features, decision: Decision, { matches }: Matches, words: Evidence[]): string {
  const { category, risk, deciding } = decision;
  if (category === "Unknown") {
    return features.description.text === ""
      ? "There is no description, and neither the name nor the schema tells what the tool does."
      : "Neither the name, the description nor the schema holds words that any rule knows.";
  }
  const why = riskWhy(decision);
  if (deciding.length > 0) {
    const pieces = deciding.map((match) => match.evidence);
    const quotes = quotePlaces(pieces, category === "Read" ? [] : readingWords(matches));
    return `${category}, because ${quotes}. The risk is ${risk}: ${why}.`;
  }
  const guess =
    words.length > 0
      ? `${category}, because ${quotePlaces([words])}: no rule decides this, and most tools with such words are ${category}`
      : `${category}, though neither a rule nor a single word decides it: most tools worded like this one are ${category}`;
  return `${guess}. The risk is ${risk}: ${why}.`;
}

function riskWhy({ isMild, riskReason }: Decision): string {
  if (isMild) return "most tools worded like this one have a higher one, but its name shows a milder case";
  return riskReason ? `the tool may ${riskReason}` : "most tools worded like this one have it";
}
