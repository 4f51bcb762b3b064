import type { Argument, Features } from "../features.ts";
import { type Match, PLACES } from "../match.ts";
import type { Word } from "../text.ts";
import { CATEGORIES, type Category, FACETS, type Facet, RISKS, type Risk } from "../types.ts";
import type { RulesSay } from "../weigh.ts";
import { argumentKey, type ClueSpot, MAX_ARGUMENTS } from "./clues.ts";
import { FacetSums, facetWeight, type SaidFacet } from "./facets.ts";
import { type Aside, type Reader, type Reading, readAloud } from "./reading.ts";
import { type Model, NO_ROW, OF_WORD, VERDICT_NUMBERS, verdictAt, wordAt } from "./rows.ts";
import { MainSums, Numbers, PartSums } from "./sums.ts";
import { MODEL_CATEGORIES, OUTPUTS, RISK_STEPS } from "./weights.ts";

/** Words that speak for what the model says, and by how much (in logits, over the mean of the other categories). */
export interface Contribution extends ClueSpot {
  weight: number;
}

/** What the trained model makes of a definition. */
export interface Opinion {
  category: Exclude<Category, "Unknown">;
  risk: Risk;
  /** 0 to 1: how often a category said like this is right, on families the model was not trained on. */
  confidence: number;
  /** The worst that the rules alone said at any pause. */
  rules: Category;
  /** The worst they said at a pause where it was two steps or more worse than what the model said there, and the risk. */
  ruled: Category;
  ruledRisk: Risk;
  /** The worst category that a rule insists on, and the highest risk of those that do. */
  insisted: Category;
  insistedRisk: Risk;
  /** Whether any pause at which no rule held was sure enough of what it said to be relied on. */
  isSure: boolean;
  /** The words that speak for the category, the strongest first; without those that hardly do, where there are others. */
  contributions: Contribution[];
  facets: SaidFacet[];
}

/**
 * How likely it may be at most, in all, that a tool executes, destroys or spends, where reading is likelier than each of
 * these: to call a danger Read is the worst mistake.
 */
const MOST_DANGER = 0.45;
const DANGER_ODDS = MOST_DANGER / (1 - MOST_DANGER);
/**
 * How much more a later sentence must say, where no rule does, for anything worse than the name says, in logits: three of
 * four times that only a later sentence raised a verdict, on families the model had not seen, it spoke of something else. Two
 * would be right more often, but then text in front hides more of what follows it.
 */
const LATER_LEAD = 0.5;
/** How sure a pause must be of what it says, where no rule holds: below it, nothing could be relied on. */
const MIN_SURENESS = 0.5;
const CATEGORY_COUNT = MODEL_CATEGORIES.length;
const WRITE = MODEL_CATEGORIES.indexOf("Write");
/** The categories from here on are the dangerous ones. */
const FIRST_DANGER = WRITE + 1;

/** The lowest and highest risk a category can have, by the conventions the labels follow. */
const RISK_RANGE: Record<Category, [lowest: Risk, highest: Risk]> = {
  Unknown: ["unknown", "unknown"],
  Read: ["low", "medium"],
  Write: ["low", "high"],
  Execute: ["medium", "critical"],
  Destructive: ["medium", "critical"],
  Financial: ["high", "critical"],
};

/** For each category where its steps are among the outputs, and up to which of RISKS each leads. */
const STEPS = MODEL_CATEGORIES.map((category) =>
  RISK_STEPS.flatMap(([of, risk], at) =>
    of === category ? [{ at: CATEGORY_COUNT + at, level: RISKS.indexOf(risk) }] : [],
  ),
);

/** The nearest risk that a category can have. */
export function riskWithin(category: Category, risk: Risk): Risk {
  const [lowest, highest] = RISK_RANGE[category];
  if (RISKS.indexOf(risk) < RISKS.indexOf(lowest)) return lowest;
  return RISKS.indexOf(risk) > RISKS.indexOf(highest) ? highest : risk;
}

/** The most severe opinion over all pauses of the reading: text can raise it, and never lower it. */
export function formOpinion(model: Model, reading: Reading): Opinion {
  listener.begin(model, reading);
  readAloud(reading, listener);
  return listener.opinion();
}

/** How much words must say to be among the contributions, in logits. */
const LEAST_TOLD = 0.25;
const LEAST_HEARD = Number.MIN_VALUE;

/** What a clue is about; where its words are follows from that and an index. */
const SPOT = { name: 0, text: 1, pair: 2, argument: 3 } as const;
type Spot = (typeof SPOT)[keyof typeof SPOT];

/** Adds up the weights of what is read aloud. One listener hears one definition after the other, to make nothing anew. */
class Listener implements Reader {
  private model!: Model;
  private features!: Features;
  private branches!: Reading["branches"];
  private readonly main = new MainSums();
  private readonly title = new PartSums();
  private readonly schemas = new PartSums();
  private readonly facets = new FacetSums();
  /** Rows with words in the definition: a row, a SPOT and the index of the first such words for each. */
  private readonly spots = new Numbers();
  /** For each row the number of the definition it was last heard in, so that facet and spot are noted once. */
  private noted = new Int32Array(0);
  private definition = 0;
  /** The number that the description's word before has as the first of a pair, and what it is paired with. */
  private before: number = NO_ROW;
  private pairedWith = 0;
  private worstCategory = 0;
  /** Index in RISKS; 0 where no step was taken. */
  private worstLevel = 0;
  private readonly worst = new Float64Array(OUTPUTS);
  private readonly total = new Float64Array(OUTPUTS);
  private isSure = false;
  private rules = 0;
  private ruled = 0;
  private ruledRisk = 0;
  private insisted = 0;
  private insistedRisk = 0;
  /** Whether anything was heard since the last pause, and what the rules said there. */
  private isNew = true;
  private lastSay: RulesSay | undefined;
  private lastTitle: RulesSay | undefined;
  /** What the name alone says, as an index of the categories; -1 before the first pause. */
  private named = -1;
  /** Whether a sentence behind the first is being read. */
  private isLater = false;
  private lastSchema: RulesSay | undefined;

  begin(model: Model, { features, branches }: Reading): void {
    this.model = model;
    this.features = features;
    this.branches = branches;
    this.main.begin(model);
    this.title.begin(model);
    this.schemas.begin(model);
    this.facets.begin();
    const count = model.isSilent.length;
    if (this.noted.length < count) this.noted = new Int32Array(count);
    this.definition++;
    this.spots.clear();
    this.before = NO_ROW;
    this.worstCategory = -1;
    this.worstLevel = 0;
    this.isSure = false;
    this.rules = 0;
    this.ruled = 0;
    this.ruledRisk = 0;
    this.insisted = 0;
    this.insistedRisk = 0;
    this.isNew = true;
    this.named = -1;
    this.isLater = false;
  }

  match(match: Match, late: boolean): void {
    this.heed(match);
    const row = this.ruleRow(match, late);
    if (this.hear(row, match.place !== "name")) this.isFirst(row);
  }

  name(): void {
    const { model } = this;
    const { wordRows } = model;
    const { words } = this.features.name;
    for (let at = 0; at < words.length; at++) {
      const from = wordAt(model, words[at] as Word);
      this.hearWords(wordRows[from + OF_WORD.name] as number, SPOT.name, at);
      if (at === 0) this.hearWords(wordRows[from + OF_WORD.first] as number, SPOT.name, at);
      if (at === words.length - 1) this.hearWords(wordRows[from + OF_WORD.last] as number, SPOT.name, at);
    }
  }

  word(at: number): void {
    const { model, before, pairedWith } = this;
    const { wordRows } = model;
    const from = wordAt(model, this.features.description.words[at] as Word);
    this.before = wordRows[from + OF_WORD.before] as number;
    this.pairedWith = wordRows[from + OF_WORD.pairedWith] as number;
    this.hearWords(wordRows[from + OF_WORD.text] as number, SPOT.text, at);
    const behind = wordRows[from + OF_WORD.behind] as number;
    if (behind < 0 || before < 0 || ((pairedWith >> (behind & 15)) & 1) === 0) return;
    this.hearWords(model.pairs.get(before, behind), SPOT.pair, at);
  }

  asideMatch(part: Aside, match: Match): void {
    this.heed(match);
    this.hearBeside(part === "title" ? this.title : this.schemas, this.ruleRow(match, false));
  }

  schema(): void {
    const { model, features, schemas } = this;
    for (const { category } of this.branches) {
      this.hearBeside(schemas, model.branches.get(category) ?? NO_ROW);
    }
    const count = Math.min(features.arguments.length, MAX_ARGUMENTS);
    for (let at = 0; at < count; at++) {
      const { words } = features.arguments[at] as Argument;
      const last = words.at(-1);
      const whole =
        model.arguments.get(words.length === 1 && last ? last.text : argumentKey(words)) ?? NO_ROW;
      if (whole !== NO_ROW && schemas.add(whole, model)) this.noteSpot(whole, SPOT.argument, at);
      const ending = last ? (model.wordRows[wordAt(model, last) + OF_WORD.ending] as number) : NO_ROW;
      if (ending !== NO_ROW && schemas.add(ending, model)) this.noteSpot(ending, SPOT.argument, at);
    }
  }

  sentence(): void {
    this.isLater = true;
    if (this.main.endSentence(this.model)) this.isNew = true;
  }

  pause(say: RulesSay, title: RulesSay | undefined, schema: RulesSay | undefined): void {
    if (!this.isNew && say === this.lastSay && title === this.lastTitle && schema === this.lastSchema) return;
    this.isNew = false;
    this.lastSay = say;
    this.lastTitle = title;
    this.lastSchema = schema;
    this.consider(say, NOTHING);
    if (title) this.consider(title, this.title.numbers);
    // Where it adds nothing, that was considered just now.
    if (schema && (title || schema !== say || this.schemas.hasRows)) {
      this.consider(schema, this.schemas.numbers);
    }
  }

  private heed({ rule }: Match): void {
    if (!rule.insists) return;
    this.insisted = Math.max(this.insisted, rule.severity);
    this.insistedRisk = Math.max(this.insistedRisk, rule.level);
  }

  private ruleRow({ rule, place }: Match, late: boolean): number {
    const index = late && place === "main clause" ? PLACES.length : PLACES.indexOf(place);
    return this.model.rules.get(rule.id)?.[index] ?? NO_ROW;
  }

  /** @returns whether the row is there and may not have been heard before */
  private hear(row: number, passing: boolean): boolean {
    if (row === NO_ROW) return false;
    if (this.model.isSilent[row] === 1) return true;
    if (!this.main.add(row, this.model, passing)) return false;
    this.isNew = true;
    return true;
  }

  /** Hears a row without words in the definition. */
  private hearBeside(sums: PartSums, row: number): void {
    if (row !== NO_ROW && sums.add(row, this.model)) this.isFirst(row);
  }

  private hearWords(row: number, spot: Spot, at: number): void {
    if (this.hear(row, spot !== SPOT.name)) this.noteSpot(row, spot, at);
  }

  /** Whether a row that is heard was not heard before in this definition; its facets are added then. */
  private isFirst(row: number): boolean {
    if (this.noted[row] === this.definition) return false;
    this.noted[row] = this.definition;
    this.facets.add(this.model, row);
    return true;
  }

  private noteSpot(row: number, spot: Spot, at: number): void {
    if (!this.isFirst(row)) return;
    const { spots } = this;
    spots.push(row);
    spots.push(spot);
    spots.push(at);
  }

  /** Takes note of what was heard, with what the rules say of it and perhaps a part beside it, where nothing worse was. */
  private consider(say: RulesSay, beside: Float64Array): void {
    const { total } = this;
    const { numbers } = this.main;
    const { verdicts } = this.model;
    const from = verdictAt(say);
    for (let at = 0; at < OUTPUTS; at++) {
      let sum = (numbers[at] as number) + (beside[at] as number);
      for (let row = from + at; row < from + VERDICT_NUMBERS; row += OUTPUTS) sum += verdicts[row] as number;
      total[at] = sum;
    }
    this.rules = Math.max(this.rules, say.severity);
    const lead = this.isLater && say.severity <= this.named + 1 ? LATER_LEAD : 0;
    const category = topCategory(total, this.named, lead);
    if (this.named < 0) this.named = category;
    this.worstLevel = Math.max(this.worstLevel, levelOf(total, category));
    // At the pause, and not in the end: else text that makes the model say a little more would make it all say less.
    if (say.severity > category + 2) {
      this.ruled = Math.max(this.ruled, say.severity);
      this.ruledRisk = Math.max(this.ruledRisk, say.level);
    }
    if (this.rules === 0 && !this.isSure) this.isSure = this.probability(total, category) >= MIN_SURENESS;
    if (category < this.worstCategory) return;
    this.worstCategory = category;
    for (let at = 0; at < CATEGORY_COUNT; at++) this.worst[at] = total[at] as number;
  }

  opinion(): Opinion {
    const category = this.worstCategory;
    const said = MODEL_CATEGORIES[category] ?? "Read";
    const strong = this.contributions(category, LEAST_TOLD);
    // Where nothing says much, what says a little is all that there is to show.
    const contributions = strong.length > 0 ? strong : this.contributions(category, LEAST_HEARD);
    return {
      category: said,
      risk: riskWithin(said, RISKS[this.worstLevel] ?? "unknown"),
      confidence: this.probability(this.worst, category),
      rules: CATEGORIES[this.rules] ?? "Unknown",
      ruled: CATEGORIES[this.ruled] ?? "Unknown",
      ruledRisk: RISKS[this.ruledRisk] ?? "unknown",
      insisted: CATEGORIES[this.insisted] ?? "Unknown",
      insistedRisk: RISKS[this.insistedRisk] ?? "unknown",
      isSure: this.isSure,
      contributions,
      facets: this.saidFacets(),
    };
  }

  /** The words that speak for a category, the strongest first. */
  private contributions(category: number, least: number): Contribution[] {
    const found: Contribution[] = [];
    for (let at = 0; at < this.spots.count; at += 3) {
      const row = this.spots.at(at);
      if (this.model.isSilent[row] === 1) continue;
      const weight = lead(this.model, row, category);
      if (weight < least) continue;
      const { pointer, text, start, end } = this.spotAt(at);
      insert(found, { pointer, text, start, end, weight });
    }
    return found;
  }

  /** The facets that are said, each with the words that say most for it; none where no word says anything for it. */
  private saidFacets(): SaidFacet[] {
    const { model, spots } = this;
    const said: SaidFacet[] = [];
    for (let facet = 0; facet < FACETS.length; facet++) {
      if (!this.facets.isSaid(model, facet)) continue;
      let most = 0;
      let best = -1;
      for (let at = 0; at < spots.count; at += 3) {
        const weight = facetWeight(model, spots.at(at), facet);
        if (weight <= most) continue;
        most = weight;
        best = at;
      }
      if (best >= 0) said.push({ facet: FACETS[facet] as Facet, spot: this.spotAt(best) });
    }
    return said;
  }

  /** Where the words are of the row that is noted at an index of the spots. */
  private spotAt(index: number): ClueSpot {
    const { features, spots } = this;
    const spot = spots.at(index + 1);
    const at = spots.at(index + 2);
    if (spot === SPOT.argument) {
      const { pointer, shown } = features.arguments[at] as Argument;
      return { pointer, text: shown, start: 0, end: shown.length };
    }
    const { pointer, text, words } = spot === SPOT.name ? features.name : features.description;
    const start = (words[spot === SPOT.pair ? at - 1 : at] as Word).start;
    return { pointer, text, start, end: (words[at] as Word).end };
  }

  private probability(sums: Float64Array, category: number): number {
    const { temperature } = this.model.weights;
    let total = 0;
    for (let at = 0; at < CATEGORY_COUNT; at++) {
      total += Math.exp(((sums[at] as number) - (sums[category] as number)) / temperature);
    }
    return 1 / total;
  }
}

/** Stands for no part beside name and description. */
const NOTHING = new Float64Array(OUTPUTS);

const listener = new Listener();

/** Puts a contribution behind those that say as much or more. */
function insert(list: Contribution[], one: Contribution): void {
  let at = list.push(one) - 1;
  for (; at > 0 && (list[at - 1] as Contribution).weight < one.weight; at--) {
    list[at] = list[at - 1] as Contribution;
  }
  list[at] = one;
}

/**
 * Index of the category with the highest sum, the milder one of two equals; not reading where it is too likely something
 * dangerous.
 *
 * @param lead what the categories up to `upTo` get in addition, in logits
 */
function topCategory(sums: Float64Array, upTo: number, lead: number): number {
  let top = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < CATEGORY_COUNT; at++) {
    const sum = (sums[at] as number) + (at <= upTo ? lead : 0);
    if (sum <= most) continue;
    top = at;
    most = sum;
  }
  return top === 0 ? readOrWorse(sums, upTo, lead) : top;
}

/** The likeliest of the dangerous categories where they are too likely in all, else reading. */
function readOrWorse(sums: Float64Array, upTo: number, lead: number): number {
  const read = (sums[0] as number) + (upTo >= 0 ? lead : 0);
  let worst: number = FIRST_DANGER;
  let danger = 0;
  for (let at = FIRST_DANGER; at < CATEGORY_COUNT; at++) {
    danger += Math.exp((sums[at] as number) + (at <= upTo ? lead : 0) - read);
    if ((sums[at] as number) > (sums[worst] as number)) worst = at;
  }
  if (danger <= DANGER_ODDS) return 0;
  const write = (sums[WRITE] as number) + (upTo >= WRITE ? lead : 0);
  return danger > DANGER_ODDS * (1 + Math.exp(write - read)) ? worst : 0;
}

/** Index in RISKS of the highest step of a category that is likelier than not; 0 where none is. */
function levelOf(sums: Float64Array, category: number): number {
  let level = 0;
  for (const step of STEPS[category] as (typeof STEPS)[number]) {
    if ((sums[step.at] as number) > 0) level = step.level;
  }
  return level;
}

/** How much more a row says for one category than for the others on average, in logits. */
function lead({ rows, levels }: Model, row: number, category: number): number {
  const from = row * OUTPUTS;
  let others = 0;
  for (let at = 0; at < CATEGORY_COUNT; at++) {
    if (at !== category) others += levels[rows[from + at] as number] as number;
  }
  return (levels[rows[from + category] as number] as number) - others / (CATEGORY_COUNT - 1);
}
