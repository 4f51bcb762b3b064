import { CATEGORIES } from "../types.ts";
import type { RulesSay } from "../weigh.ts";
import { dangerOf, levelOf, probability, topCategory } from "./choice.ts";
import { type Model, verdictAt } from "./rows.ts";
import { MODEL_CATEGORIES, OUTPUTS } from "./weights.ts";

/**
 * How much more a later sentence must say, where no rule does, for anything worse than the name says, in logits: three of
 * four times that only a later sentence raised a verdict, on families the model had not seen, it spoke of something else. Two
 * would be right more often, but then text in front hides more of what follows it.
 */
const LATER_LEAD = 0.5;
/** How sure a pause must be of what it says, where no rule holds: below it, nothing could be relied on. */
const MIN_SURENESS = 0.5;

/**
 * How likely something dangerous must be at least, by the model, for the rules' Execute to stand against its Read: below it the
 * rules were wrong each of 20 times, on families that the model had not seen. What destroys or costs stands in any case.
 */
const LEAST_DOUBT = 0.3;
const EXECUTE = CATEGORIES.indexOf("Execute");

/** The worst of what was said at the pauses of a reading. */
export class Worst {
  /** Index in MODEL_CATEGORIES; -1 before the first pause. */
  category = -1;
  /** Index in RISKS; 0 where no step was taken. */
  level = 0;
  /** What was said for each category at the pause that said it, in logits. */
  readonly sums = new Float64Array(OUTPUTS);
  /** Whether any pause at which no rule held was sure enough of what it said to be relied on. */
  isSure = false;
  /** Index in CATEGORIES of the worst that the rules alone said. */
  rules = 0;
  /** The same of the pauses at which that stands against something milder of the model's, and index in RISKS. */
  ruled = 0;
  ruledRisk = 0;
  /** Whether a sentence behind the first is being read. */
  isLater = false;
  private model!: Model;
  private readonly total = new Float64Array(OUTPUTS);
  /** What the name alone says, as an index of the categories; -1 before the first pause. */
  private named = -1;

  begin(model: Model): void {
    this.model = model;
    this.category = -1;
    this.level = 0;
    this.isSure = false;
    this.rules = 0;
    this.ruled = 0;
    this.ruledRisk = 0;
    this.isLater = false;
    this.named = -1;
  }

  /** Takes note of what was heard, with what the rules say of it and perhaps a part beside it, where nothing worse was. */
  consider(say: RulesSay, numbers: Int32Array, beside: Int32Array): void {
    const { total, model } = this;
    const { verdicts } = model;
    const unit = 1 / model.scale;
    const from = verdictAt(say);
    for (let at = 0; at < OUTPUTS; at++) {
      const sum = (numbers[at] as number) + (beside[at] as number) + (verdicts[from + at] as number);
      total[at] = sum * unit;
    }
    this.rules = Math.max(this.rules, say.severity);
    const lead = this.isLater && say.severity <= this.named + 1 ? LATER_LEAD : 0;
    const category = topCategory(total, this.named, lead);
    if (this.named < 0) this.named = category;
    this.level = Math.max(this.level, levelOf(total, category));
    // At the pause, and not in the end: else text that makes the model say a little more would make it all say less.
    if (say.severity > category + 2 && (say.severity > EXECUTE || dangerOf(total) >= LEAST_DOUBT)) {
      this.ruled = Math.max(this.ruled, say.severity);
      this.ruledRisk = Math.max(this.ruledRisk, say.level);
    }
    if (this.rules === 0 && !this.isSure)
      this.isSure = probability(total, category, model.weights.temperature) >= MIN_SURENESS;
    if (category < this.category) return;
    this.category = category;
    for (let at = 0; at < MODEL_CATEGORIES.length; at++) this.sums[at] = total[at] as number;
  }
}
