import type { Match, Matches } from "./match.ts";
import {
  type Branch,
  type Category,
  FACETS,
  type Facet,
  REACHES,
  type Reach,
  type Reversible,
  RISKS,
  type Risk,
} from "./types.ts";

/** How dangerous categories rank when several are shown: the first that is shown well enough is the verdict. */
const SEVERITY = ["Financial", "Destructive", "Execute", "Write"] as const;

/** How much must speak for a category before it is believed, and how much of the strongest one's score it needs. */
const THRESHOLD = 1.2;
const SHARE = 0.5;

export interface Decision {
  category: Category;
  risk: Risk;
  confidence: number;
  /** Sum of what spoke for each category. */
  scores: Record<Category, number>;
  /** The matches that decided, strongest first. */
  deciding: Match[];
  facets: Facet[];
  reversible: Reversible;
  reach: Reach;
}

/**
 * Weighs what the rules found. Adding text to a definition can only add matches, and matches only add.
 *
 * @param branches verdicts of the tool's own branches: the tool is never less severe than the worst of them
 */
export function decide(
  { matches: all }: Matches,
  branches: Pick<Branch, "category" | "risk">[] = [],
): Decision {
  const matches = withoutGeneral(all);
  const scores = scoreCategories(matches);
  const category = mostSevere([chooseCategory(scores), ...branches.map((branch) => branch.category)]);
  const deciding = refined(matches.filter((match) => match.rule.category === category)).sort(
    (a, b) => b.rule.strength * b.weight - a.rule.strength * a.weight,
  );
  return {
    category,
    risk: highest([chooseRisk(category, deciding, matches), ...branches.map((branch) => branch.risk)]),
    confidence: confidenceOf(category, scores),
    scores,
    deciding,
    facets: facetsOf(matches),
    reversible: category === "Unknown" ? "unknown" : worstReversible(deciding, matches, category),
    reach: widestReach(deciding),
  };
}

/**
 * Drops a match where a rule that refines its rule matched the same words: "remove a label" is undoing a tie, and not
 * also deleting. Elsewhere in the definition the general rule still counts.
 */
function withoutGeneral(matches: Match[]): Match[] {
  const spot = ({ evidence: [first] }: Match) => `${first?.pointer}@${first?.start}`;
  const covered = new Set(matches.flatMap((match) => match.rule.refines.map((id) => `${id}|${spot(match)}`)));
  return covered.size === 0
    ? matches
    : matches.filter((match) => !covered.has(`${match.rule.id}|${spot(match)}`));
}

/** The strongest match of each rule at each place, summed over places: repetition adds nothing. */
function scoreCategories(matches: Match[]): Record<Category, number> {
  const best = new Map<string, number>();
  for (const match of matches) {
    const category = match.rule.category;
    if (!category) continue;
    const key = `${category}|${match.place}`;
    best.set(key, Math.max(best.get(key) ?? 0, match.rule.strength * match.weight));
  }
  const scores: Record<Category, number> = {
    Unknown: 0,
    Read: 0,
    Write: 0,
    Execute: 0,
    Destructive: 0,
    Financial: 0,
  };
  for (const [key, score] of best) scores[key.slice(0, key.indexOf("|")) as Category] += score;
  return scores;
}

function chooseCategory(scores: Record<Category, number>): Category {
  const top = Math.max(...Object.values(scores));
  if (top < 0.5) return "Unknown";
  for (const category of SEVERITY) {
    if (scores[category] >= THRESHOLD && scores[category] >= SHARE * top) return category;
  }
  if (scores.Read > 0) return "Read";
  return SEVERITY.find((category) => scores[category] > 0) ?? "Unknown";
}

const mostSevere = (categories: Category[]): Category =>
  SEVERITY.find((category) => categories.includes(category)) ??
  (categories.includes("Read") ? "Read" : "Unknown");

const highest = (risks: Risk[]): Risk =>
  RISKS[Math.max(...risks.map((risk) => RISKS.indexOf(risk)))] ?? "unknown";

/** Drops matches of rules of which a special case matched too. */
function refined(matches: Match[]): Match[] {
  const general = new Set(matches.flatMap((match) => match.rule.refines));
  const special = matches.filter((match) => !general.has(match.rule.id));
  return special.length > 0 ? special : matches;
}

function chooseRisk(category: Category, deciding: Match[], matches: Match[]): Risk {
  if (category === "Unknown") return "unknown";
  let level = 0;
  for (const { rule } of deciding) if (rule.risk) level = Math.max(level, RISKS.indexOf(rule.risk));
  for (const { rule } of matches) {
    if (rule.risk && rule.raises?.includes(category)) level = Math.max(level, RISKS.indexOf(rule.risk));
  }
  return RISKS[Math.max(level, 1)] ?? "low";
}

/** How far the chosen category leads what speaks for the others, as a share between 0.3 and 0.97. */
function confidenceOf(category: Category, scores: Record<Category, number>): number {
  if (category === "Unknown") return 0;
  const mine = scores[category];
  const others = Object.entries(scores).reduce(
    (sum, [key, score]) => (key === category ? sum : Math.max(sum, score)),
    0,
  );
  const lead = mine / (mine + 0.6 * others + 0.8);
  return Math.round(Math.min(0.97, Math.max(0.3, 0.25 + 0.8 * lead)) * 100) / 100;
}

function facetsOf(matches: Match[]): Facet[] {
  const found = new Set(matches.flatMap((match) => match.rule.facets));
  return FACETS.filter((facet) => found.has(facet));
}

function worstReversible(deciding: Match[], matches: Match[], category: Category): Reversible {
  const said = new Set(deciding.map((match) => match.rule.reversible));
  for (const { rule } of matches) if (rule.raises?.includes(category)) said.add(rule.reversible);
  return said.has("no") ? "no" : said.has("unknown") || !said.has("yes") ? "unknown" : "yes";
}

function widestReach(deciding: Match[]): Reach {
  let widest = 0;
  for (const { rule } of deciding) if (rule.reach) widest = Math.max(widest, REACHES.indexOf(rule.reach));
  return REACHES[widest] ?? "call";
}
