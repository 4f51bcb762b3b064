import type { Argument, Features } from "../features.ts";
import { type Match, PLACES } from "../match.ts";
import type { Word } from "../text.ts";
import type { RulesSay } from "../weigh.ts";
import { argumentKey, MAX_ARGUMENTS } from "./clues.ts";
import { FacetSums } from "./facets.ts";
import type { Aside, Reader, Reading } from "./reading.ts";
import { type Model, NO_ROW, OF_WORD, wordAt } from "./rows.ts";
import { SPOT, type Spot, Spots } from "./spots.ts";
import { MainSums, PartSums } from "./sums.ts";
import { OUTPUTS } from "./weights.ts";
import { Worst } from "./worst.ts";

/** Adds up the weights of what is read aloud. One listener hears one definition after the other, to make nothing anew. */
export class Listener implements Reader {
  /** The worst that was said, the words that were heard, and what they say of facets. */
  readonly worst = new Worst();
  readonly spots = new Spots();
  readonly facets = new FacetSums();
  /** The worst that a rule insists on: an index in CATEGORIES, and one in RISKS. */
  insisted = 0;
  insistedRisk = 0;
  private model!: Model;
  private features!: Features;
  private branches!: Reading["branches"];
  private readonly main = new MainSums();
  private readonly title = new PartSums();
  private readonly schemas = new PartSums();
  /** For each row the number of the definition it was last heard in, so that facet and spot are noted once. */
  private noted = new Int32Array(0);
  private definition = 0;
  /** The number that the description's word before has as the first of a pair, and what it is paired with. */
  private before: number = NO_ROW;
  private pairedWith = 0;
  /** Whether anything was heard since the last pause, and what the rules said there. */
  private isNew = true;
  private lastSay: RulesSay | undefined;
  private lastTitle: RulesSay | undefined;
  private lastSchema: RulesSay | undefined;

  begin(model: Model, { features, branches }: Reading): void {
    this.model = model;
    this.features = features;
    this.branches = branches;
    this.main.begin(model);
    this.title.begin(model);
    this.schemas.begin(model);
    this.facets.begin();
    this.spots.begin(model, features);
    this.worst.begin(model);
    if (this.noted.length < model.count) this.noted = new Int32Array(model.count);
    this.definition++;
    this.before = NO_ROW;
    this.insisted = 0;
    this.insistedRisk = 0;
    this.isNew = true;
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
    this.worst.isLater = true;
    if (this.main.endSentence(this.model)) this.isNew = true;
  }

  pause(say: RulesSay, title: RulesSay | undefined, schema: RulesSay | undefined): void {
    if (!this.isNew && say === this.lastSay && title === this.lastTitle && schema === this.lastSchema) return;
    this.isNew = false;
    this.lastSay = say;
    this.lastTitle = title;
    this.lastSchema = schema;
    const { worst } = this;
    const { numbers } = this.main;
    worst.consider(say, numbers, NOTHING);
    if (title) worst.consider(title, numbers, this.title.numbers);
    // Where it adds nothing, that was considered just now.
    if (schema && (title || schema !== say || this.schemas.hasRows)) {
      worst.consider(schema, numbers, this.schemas.numbers);
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
    if (this.model.rows.isEmpty(row)) return true;
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
    if (this.isFirst(row)) this.spots.note(row, spot, at);
  }
}

/** Stands for no part beside name and description. */
const NOTHING = new Int32Array(OUTPUTS);
