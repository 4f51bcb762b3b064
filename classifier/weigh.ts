import { type Match, PLACES } from "./match.ts";
import { type Branch, CATEGORIES, type Category, RISKS, type Risk } from "./types.ts";

/** Weighing what the rules found. It is done again at every pause of the reading, so it works with numbers. */

/** Index of each category in CATEGORIES, which is how severe it is. */
const READ = CATEGORIES.indexOf("Read");
const MILDEST_CHANGE = CATEGORIES.indexOf("Write");
const MOST_SEVERE = CATEGORIES.length - 1;

/** How much must speak for a category before it is believed, and how much of the strongest one's score it needs. */
const THRESHOLD = 1.2;
const SHARE = 0.5;
/** Below this, nothing is said at all. */
const LEAST = 0.5;
/** As much as reading may outweigh the rest: else one more "Get" in title or text would hide a deletion. */
const MOST_READ = 4;

/** What the rules alone say. */
export interface RulesSay {
  category: Category;
  risk: Risk;
  /** Index of the category in CATEGORIES, and of the risk in RISKS. */
  severity: number;
  level: number;
}

/** All they can say, a list of risks for each category: made once, as it is said at every pause. */
const SAYS: RulesSay[][] = CATEGORIES.map((category, severity) =>
  RISKS.map((risk, level) => ({ category, risk, severity, level })),
);

/** A match, ready to be weighed together with any others of its definition. */
export interface Weighed {
  match: Match;
  /** Index in PLACES. */
  place: number;
  score: number;
  /** Special cases of its rule at the same words: next to one of them it does not count. */
  special: Weighed[];
  /** Where in the description the words end that made the rule hold; -1 when they stand elsewhere. */
  end: number;
  /** Whether words of the input schema are among those that made it hold. */
  inSchema: boolean;
  /** The last weighing it was part of. */
  round: number;
}

const NONE: Weighed[] = [];

/** Weighs the matches of one definition, all or some of them. Adding text can only add matches, and matches only add. */
export class Scale {
  /** The matches, in the order in which they were given. */
  readonly all: Weighed[];
  private round = 0;

  constructor(matches: readonly Match[]) {
    this.all = matches.map(weighed);
    findSpecial(this.all);
    coverByName(this.all);
  }

  /** @param branches verdicts of the tool's own branches: the tool is never less severe than the worst of them */
  weigh(some: readonly Weighed[], branches: readonly Branch[]): RulesSay {
    const standing = this.standing(some);
    let severity = chooseCategory(scoreCategories(standing));
    for (const branch of branches) severity = Math.max(severity, CATEGORIES.indexOf(branch.category));
    const level = worstLevel(severity, standing, branches);
    return SAYS[severity]?.[level] as RulesSay;
  }

  /**
   * Drops a match where a rule that refines its rule matched the same words: "remove a label" is undoing a tie, and not
   * also deleting. Elsewhere in the definition the general rule still counts.
   */
  standing(some: readonly Weighed[]): readonly Weighed[] {
    this.round++;
    let areSome = false;
    for (const one of some) {
      one.round = this.round;
      if (one.special !== NONE) areSome = true;
    }
    return areSome ? some.filter((one) => !one.special.some(({ round }) => round === this.round)) : some;
  }
}

function weighed(match: Match): Weighed {
  let end = -1;
  let inSchema = false;
  for (const entry of match.evidence) {
    if (entry.pointer === "/description") end = Math.max(end, entry.end);
    else if (entry.pointer !== "/name" && entry.pointer.startsWith("/inputSchema")) inSchema = true;
  }
  const score = match.rule.strength * match.weight;
  return { match, place: PLACES.indexOf(match.place), score, special: NONE, end, inSchema, round: 0 };
}

/** Notes for each match which others are special cases of it. */
function findSpecial(all: readonly Weighed[]): void {
  let byStart: Map<number, Weighed[]> | undefined;
  for (const one of all) {
    if (one.match.rule.refines.length === 0) continue;
    byStart ??= new Map();
    const start = one.match.evidence[0]?.start ?? -1;
    const others = byStart.get(start);
    if (others) others.push(one);
    else byStart.set(start, [one]);
  }
  if (!byStart) return;
  for (const one of all) {
    const [first] = one.match.evidence;
    for (const other of byStart.get(first?.start ?? -1) ?? NONE) {
      if (!other.match.rule.refines.includes(one.match.rule.id)) continue;
      if (other.match.evidence[0]?.pointer !== first?.pointer || actsOnMore(one.match, other.match)) continue;
      addSpecial(one, other);
    }
  }
}

/**
 * The name's special case of another category covers the general rule in the other texts too, where they have the name's own
 * verb and say nothing worse of what it acts on: `remove_team_member`, "Remove a user from a team". The name is there whatever
 * is put beside the text, and another verb still counts.
 */
function coverByName(all: readonly Weighed[]): void {
  const named = all.filter(({ match: { place, rule } }) => place === "name" && rule.refines.length > 0);
  if (named.length === 0) return;
  for (const one of all) {
    const { place, rule, evidence } = one.match;
    if (place === "name" || place === "schema" || evidence.length > 1) continue;
    for (const special of named) {
      const { rule: known } = special.match;
      if (known.severity === rule.severity || !known.refines.includes(rule.id)) continue;
      if (isSameVerb(special.match.evidence[0]?.excerpt, one.match.evidence[0]?.excerpt))
        addSpecial(one, special);
    }
  }
}

/** "remove" and "Removes", "Removing". */
function isSameVerb(named = "", said = ""): boolean {
  const stem = named.toLowerCase().slice(0, Math.max(3, named.length - 1));
  return stem !== "" && said.toLowerCase().startsWith(stem);
}

function addSpecial(one: Weighed, special: Weighed): void {
  if (one.special === NONE) one.special = [special];
  else one.special.push(special);
}

/** "Deletes a database and its logs" deletes more than logs; "Deletes database logs" does not. */
const actsOnMore = (general: Match, special: Match): boolean =>
  general.rule.severity === special.rule.severity && general.joined < special.joined;

const best = new Float64Array(CATEGORIES.length * PLACES.length);
const sums = new Float64Array(CATEGORIES.length);

/**
 * The strongest match of each rule at each place, summed over places: repetition adds nothing.
 *
 * @returns a score for each of CATEGORIES; the same array each time, so that nothing is made at a pause
 */
export function scoreCategories(standing: readonly Weighed[]): Float64Array {
  best.fill(0);
  for (const { match, place, score } of standing) {
    const { severity } = match.rule;
    if (severity === 0) continue;
    const at = severity * PLACES.length + place;
    if (score > (best[at] as number)) best[at] = score;
  }
  for (let severity = 0; severity <= MOST_SEVERE; severity++) {
    let sum = 0;
    for (let place = 0; place < PLACES.length; place++)
      sum += best[severity * PLACES.length + place] as number;
    sums[severity] = sum;
  }
  return sums;
}

/** Index of the first of the dangerous categories that is shown well enough; else reading, or whatever is shown. */
function chooseCategory(scores: Float64Array): number {
  const read = scores[READ] as number;
  let top = Math.min(read, MOST_READ);
  for (let at = MILDEST_CHANGE; at <= MOST_SEVERE; at++) top = Math.max(top, scores[at] as number);
  if (top < LEAST) return 0;
  for (let at = MOST_SEVERE; at >= MILDEST_CHANGE; at--) {
    const score = scores[at] as number;
    if (score >= THRESHOLD && score >= SHARE * top) return at;
  }
  if (read > 0) return READ;
  for (let at = MOST_SEVERE; at >= MILDEST_CHANGE; at--) if ((scores[at] as number) > 0) return at;
  return 0;
}

/**
 * The matches that speak for a category. Where the name shows a special case, the other texts often only say it less
 * exactly: `clear_cache`, "Deletes what is kept". Not the other way round: a description must not talk down what the
 * name says, nor what it says itself.
 */
export function refined(severity: number, standing: readonly Weighed[]): Weighed[] {
  const found: Weighed[] = [];
  let general: string[] | undefined;
  for (const one of standing) {
    const { rule, place } = one.match;
    if (rule.severity !== severity) continue;
    found.push(one);
    if (place === "name" && rule.refines.length > 0) general = general?.concat(rule.refines) ?? rule.refines;
  }
  if (!general) return found;
  const known = general;
  return found.filter(
    ({ match: { place, rule } }) => place === "name" || rule.refines.length > 0 || !known.includes(rule.id),
  );
}

/**
 * The highest risk that is believed of a tool whose name shows a milder case of what such tools do, where nothing else
 * speaks for the category: `wipe_logs` loses something, but less than `wipe_disks`. One above the rule's own, as a rule
 * cannot see everything, and never below what a rule of another category says. Text can only end this, by adding matches.
 *
 * @param all the definition's matches, with those that the special cases silenced
 * @returns an index in RISKS; the last one where it is no such tool
 */
export function highestMild(severity: number, standing: readonly Weighed[], all: readonly Weighed[]): number {
  const top = RISKS.length - 1;
  let highest = 0;
  let isNamed = false;
  for (const { match } of standing) {
    const { rule, place } = match;
    const isOfCategory = rule.severity === severity;
    if (isOfCategory && !isMilder(match, all)) return top;
    highest = Math.max(highest, isOfCategory ? rule.level + 1 : rule.level);
    isNamed ||= isOfCategory && place === "name";
  }
  return isNamed ? Math.min(highest, top) : top;
}

const isMilder = ({ rule }: Match, all: readonly Weighed[]): boolean =>
  all.some(
    ({ match: { rule: general } }) =>
      general.severity === rule.severity && general.level > rule.level && rule.refines.includes(general.id),
  );

/** The same as `worstRisk` finds of the refined matches, without lists and reasons: it is asked at every pause. */
function worstLevel(severity: number, standing: readonly Weighed[], branches: readonly Branch[]): number {
  if (severity === 0) return 0;
  let level = 1;
  for (const { match } of standing) {
    const { rule } = match;
    if (rule.refines.length > 0) {
      return worstRisk(severity, refined(severity, standing), standing, branches).level;
    }
    if (rule.level > level && (rule.severity === severity || raises(match, severity))) level = rule.level;
  }
  for (const { risk } of branches) level = Math.max(level, RISKS.indexOf(risk));
  return level;
}

/**
 * Whether a match raises the risk of a verdict that it does not speak for. A milder category that the name shows keeps
 * its risk: text about a cache must not hide the change of a role.
 */
function raises({ rule, place }: Match, severity: number): boolean {
  const isNamed = place === "name" && rule.severity > READ && rule.severity < severity;
  return isNamed || (rule.raised & (1 << severity)) !== 0;
}

/**
 * The highest risk of what decided, of what raises it and of the branches.
 *
 * @returns its index in RISKS, and what the tool may do, to complete "the tool may …"
 */
export function worstRisk(
  severity: number,
  deciding: readonly Weighed[],
  standing: readonly Weighed[],
  branches: readonly Branch[],
): { level: number; reason: string | undefined } {
  if (severity === 0) return { level: 0, reason: undefined };
  let level = 0;
  let reason: string | undefined;
  let general: Set<string> | undefined;
  for (const { match } of deciding) {
    const { rule } = match;
    if (rule.level > level) {
      level = rule.level;
      reason = rule.title;
    }
    if (rule.refines.length === 0) continue;
    general ??= new Set();
    for (const id of rule.refines) general.add(id);
  }
  for (const { match } of standing) {
    const { rule } = match;
    if (rule.level <= level) continue;
    const isGeneral = general?.has(rule.id) && (rule.raised & (1 << severity)) === 0;
    if (!isGeneral && raises(match, severity)) {
      level = rule.level;
      reason = rule.title;
    }
  }
  for (const { risk, value, category } of branches) {
    const of = RISKS.indexOf(risk);
    if (of <= level) continue;
    level = of;
    reason = `be called with “${value}”, which makes it ${category}`;
  }
  return { level: Math.max(level, 1), reason };
}
