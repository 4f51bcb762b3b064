import type { Features } from "./features.ts";
import type { Match, Matches } from "./match.ts";
import { type Category, type Evidence, RISKS, type Risk, type Verdict } from "./types.ts";
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

/** Puts a decision into words. Only our own sentences; the definition's words appear as short quotes. */
export function explain(features: Features, decision: Decision, found: Matches): Explanation {
  return {
    summary: summarise(decision),
    because: because(features, decision),
    notBecause: notBecause(decision, found),
  };
}

function summarise({ category, deciding }: Decision): string {
  if (category === "Unknown") return "The definition does not say what the tool does.";
  const titles = [...new Set(deciding.filter(isTold).map((match) => match.rule.title))];
  return `Can ${titles.slice(0, category === "Read" ? 1 : 2).join(", and ")}.`;
}

/** Not a general rule of which a special case, at least as bad, decided too: "delete data" beside "delete much else". */
function isTold({ rule }: Match, _: number, deciding: Match[]): boolean {
  const level = (risk: Risk | undefined) => (risk ? RISKS.indexOf(risk) : 0);
  return !deciding.some(
    (other) => other.rule.refines.includes(rule.id) && level(other.rule.risk) >= level(rule.risk),
  );
}

function because(features: Features, { category, risk, riskReason, deciding }: Decision): string {
  if (category === "Unknown") {
    return features.description.text === ""
      ? "There is no description, and neither the name nor the schema tells what the tool does."
      : "Neither the name, the description nor the schema holds words that any rule knows.";
  }
  const quotes = quotePlaces(deciding);
  return `${category}, because ${quotes}. The risk is ${risk}: the tool may ${riskReason ?? "do what its name says"}.`;
}

/** "the name says “delete” and the description says “Deletes”". */
function quotePlaces(deciding: Match[]): string {
  const places = new Map<string, string>();
  for (const evidence of deciding.flatMap((match) => match.evidence)) {
    const place = placeOf(evidence);
    if (!places.has(place)) places.set(place, `${place} says “${evidence.excerpt}”`);
  }
  const quotes = [...places.values()].slice(0, 3);
  const last = quotes.pop() ?? "the definition shows it";
  return quotes.length === 0 ? last : `${quotes.join(", ")} and ${last}`;
}

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
