import type { Match } from "./match.ts";
import type { Rule } from "./rule-schema.ts";
import {
  type Branch,
  CATEGORIES,
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
/** As much as reading may outweigh the rest: else one more "Get" in title or text would hide a deletion. */
const MOST_READ = 4;

/** What the rules alone say. */
export interface RulesSay {
  category: Category;
  risk: Risk;
  /** Sum of what spoke for each category. */
  scores: Record<Category, number>;
}

export interface Decision extends RulesSay {
  /** What sets the risk, to complete "the tool may …": of a rule, or of the worst branch. */
  riskReason: string | undefined;
  confidence: number;
  /** The matches that speak for the category, those of the highest risk first; none where only the model does. */
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
export function weigh(all: Match[], branches: Branch[] = []): RulesSay {
  const matches = withoutGeneral(all);
  const scores = scoreCategories(matches);
  const category = mostSevere([chooseCategory(scores), ...branches.map((branch) => branch.category)]);
  return {
    category,
    risk: chooseRisk(category, decidingOf(category, matches), matches, branches).risk,
    scores,
  };
}

/** A verdict's category, risk and confidence, wherever they come from. */
export type Judgement = Pick<Decision, "category" | "risk" | "confidence">;

/**
 * Finds what in the definition a verdict rests on, and what follows from it.
 *
 * @param judged the verdict; by default what the rules alone say
 */
export function decide(all: Match[], branches: Branch[] = [], judged?: Judgement): Decision {
  const say = weigh(all, branches);
  const { category, risk, confidence } = judged ?? {
    ...say,
    confidence: confidenceOf(say.category, say.scores),
  };
  const matches = withoutGeneral(all);
  const deciding = decidingOf(category, matches);
  const found = chooseRisk(category, deciding, matches, branches);
  return {
    category,
    risk,
    riskReason: found.risk === risk ? found.riskReason : undefined,
    confidence,
    scores: say.scores,
    deciding,
    facets: facetsOf(matches),
    reversible: category === "Unknown" ? "unknown" : worstReversible(deciding, matches, category),
    reach: widestReach(deciding),
  };
}

function decidingOf(category: Category, matches: Match[]): Match[] {
  return refined(matches.filter((match) => match.rule.category === category)).sort(
    (a, b) => levelOf(b.rule) - levelOf(a.rule) || b.rule.strength * b.weight - a.rule.strength * a.weight,
  );
}

/**
 * Drops a match where a rule that refines its rule matched the same words: "remove a label" is undoing a tie, and not
 * also deleting. Elsewhere in the definition the general rule still counts.
 */
function withoutGeneral(matches: Match[]): Match[] {
  const spot = ({ evidence: [first] }: Match) => `${first?.pointer}@${first?.start}`;
  const special = new Map<string, Match[]>();
  for (const match of matches) {
    for (const id of match.rule.refines) {
      const key = `${id}|${spot(match)}`;
      const known = special.get(key);
      if (known) known.push(match);
      else special.set(key, [match]);
    }
  }
  return special.size === 0
    ? matches
    : matches.filter((match) => {
        const others = special.get(`${match.rule.id}|${spot(match)}`);
        return !others?.some((other) => !actsOnMore(match, other));
      });
}

/** "Deletes a database and its logs" deletes more than logs; "Deletes database logs" does not. */
const actsOnMore = (general: Match, special: Match): boolean =>
  general.rule.category === special.rule.category && general.joined < special.joined;

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
  const top = Math.max(...Object.values({ ...scores, Read: Math.min(scores.Read, MOST_READ) }));
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

const levelOf = ({ risk }: Rule): number => (risk ? RISKS.indexOf(risk) : 0);

/**
 * Where the name shows a special case, the other texts often only say it less exactly: `clear_cache`, "Deletes what is
 * kept". Not the other way round: a description must not talk down what the name says, nor what it says itself.
 */
function refined(matches: Match[]): Match[] {
  const named = matches.filter((match) => match.place === "name");
  const general = new Set(named.flatMap((match) => match.rule.refines));
  return matches.filter(
    ({ place, rule }) => place === "name" || rule.refines.length > 0 || !general.has(rule.id),
  );
}

/** The highest risk of what decided, of what raises it and of the branches, and the words for it. */
function chooseRisk(
  category: Category,
  deciding: Match[],
  matches: Match[],
  branches: Branch[],
): Pick<Decision, "risk" | "riskReason"> {
  if (category === "Unknown") return { risk: "unknown", riskReason: undefined };
  let worst: { level: number; reason: string | undefined } = { level: 0, reason: undefined };
  const consider = (level: number, reason: string) => {
    if (level > worst.level) worst = { level, reason };
  };
  for (const { rule } of deciding) consider(levelOf(rule), rule.title);
  const general = new Set(deciding.flatMap((match) => match.rule.refines));
  for (const { rule, place } of matches) {
    const milder = rule.category && CATEGORIES.indexOf(rule.category) < CATEGORIES.indexOf(category);
    // A milder category that the name shows keeps its risk: text about a cache must not hide the change of a role.
    const named = place === "name" && milder && rule.category !== "Read" && !general.has(rule.id);
    if (named || rule.raises?.includes(category)) consider(levelOf(rule), rule.title);
  }
  for (const { risk, value, category: of } of branches) {
    consider(RISKS.indexOf(risk), `be called with “${value}”, which makes it ${of}`);
  }
  return { risk: RISKS[Math.max(worst.level, 1)] ?? "low", riskReason: worst.reason };
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
