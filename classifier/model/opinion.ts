import { CATEGORIES, type Category, RISKS, type Risk } from "../types.ts";
import type { RulesSay } from "../verdict.ts";
import { type ClueKind, type ClueSpot, verdictKeys } from "./clues.ts";
import { ASIDES, type Aside, type Reader, type Reading, readAloud } from "./reading.ts";
import { MODEL_CATEGORIES, MODEL_RISKS, OUTPUTS, type Weights } from "./weights.ts";

/** A clue that speaks for what the model says, and by how much (in logits, over the mean of the other categories). */
export interface Contribution extends ClueSpot {
  kind: ClueKind;
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
  /** The most that any pause was sure of what it said, 0 to 1. */
  sureness: number;
  /** The clues with words in the definition that speak for the category, the strongest first. */
  contributions: Contribution[];
}

/** Rows of weights by kind and key. */
export type Model = { weights: Weights; rows: Map<ClueKind, Map<string, Row>> };
interface Row {
  values: number[];
}

/** Makes weights ready for look-up. */
export function loadModel(weights: Weights): Model {
  const rows = new Map<ClueKind, Map<string, Row>>();
  for (const [kind, keys] of Object.entries(weights.clues)) {
    const byKey = new Map<string, Row>();
    for (const [key, values] of Object.entries(keys)) {
      byKey.set(key, { values: values.map((value) => value / weights.scale) });
    }
    rows.set(kind as ClueKind, byKey);
  }
  return { weights, rows };
}

/**
 * How much more a mistake costs when a category is missed than when it is said too often, as factors of its probability.
 * Reading is the mildest thing to say, so everything else needs less to be said.
 */
const CARE = [1, 1.2, 1.6, 1.6, 1.6].map(Math.log);
const NO_CARE = MODEL_RISKS.map(() => 0);
const CATEGORY_COUNT = MODEL_CATEGORIES.length;

/** The lowest and highest risk a category can have, by the conventions the labels follow. */
const RISK_RANGE: Record<Category, [lowest: Risk, highest: Risk]> = {
  Unknown: ["unknown", "unknown"],
  Read: ["low", "medium"],
  Write: ["low", "high"],
  Execute: ["medium", "critical"],
  Destructive: ["medium", "critical"],
  Financial: ["high", "critical"],
};

/** The nearest risk that a category can have. */
export function riskWithin(category: Category, risk: Risk): Risk {
  const [lowest, highest] = RISK_RANGE[category].map((bound) => RISKS.indexOf(bound)) as [number, number];
  return RISKS[Math.min(highest, Math.max(lowest, RISKS.indexOf(risk)))] ?? risk;
}

/** The most severe opinion over all pauses of the reading: text can raise it, and never lower it. */
export function formOpinion(model: Model, reading: Reading): Opinion {
  const listener = new Listener(model);
  readAloud(reading, listener);
  return listener.opinion();
}

/** Adds up the weights of what is read aloud. */
class Listener implements Reader {
  private readonly model: Model;
  /** Of name and description so far. */
  private readonly sums: number[];
  private readonly heard = new Set<Row>();
  /** What counts only until the sentence ends. */
  private readonly passing: Row[] = [];
  private readonly besides: Partial<Record<Aside, { sums: number[]; heard: Set<Row> }>> = {};
  private readonly spots: { row: Row; kind: ClueKind; spot: ClueSpot }[] = [];
  private worst = { category: -1, risk: 0, sums: [] as number[] };
  private sureness = 0;
  private rules: Category = "Unknown";

  constructor(model: Model) {
    this.model = model;
    this.sums = model.weights.bias.map((value) => value / model.weights.scale);
  }

  clue: Reader["clue"] = (kind, key, spot) => {
    const row = this.model.rows.get(kind)?.get(key);
    if (!row || this.heard.has(row)) return;
    this.heard.add(row);
    add(this.sums, row, 1);
    if (IN_SENTENCE.has(kind) || (kind === "rule" && !key.endsWith("@name"))) this.passing.push(row);
    if (spot) this.spots.push({ row, kind, spot });
  };

  aside: Reader["aside"] = (part, kind, key, spot) => {
    const row = this.model.rows.get(kind)?.get(key);
    const beside = this.besides[part] ?? { sums: new Array<number>(OUTPUTS).fill(0), heard: new Set() };
    this.besides[part] = beside;
    if (!row || beside.heard.has(row)) return;
    beside.heard.add(row);
    add(beside.sums, { values: rising(row.values) }, 1);
    if (spot) this.spots.push({ row, kind, spot });
  };

  sentence(): void {
    for (const row of this.passing) {
      add(this.sums, row, -1);
      this.heard.delete(row);
    }
    this.passing.length = 0;
  }

  pause: Reader["pause"] = (say, beside) => {
    this.consider(this.sums, say);
    for (const part of ASIDES) {
      const said = beside[part];
      const more = this.besides[part]?.sums ?? [];
      if (said)
        this.consider(
          this.sums.map((sum, at) => sum + (more[at] ?? 0)),
          said,
        );
    }
  };

  private consider(clues: number[], say: RulesSay): void {
    const sums = clues.slice();
    const byKey = this.model.rows.get("verdict");
    for (const key of verdictKeys(say)) {
      const row = byKey?.get(key);
      if (row) add(sums, row, 1);
    }
    if (CATEGORIES.indexOf(say.category) > CATEGORIES.indexOf(this.rules)) this.rules = say.category;
    const category = best(sums, 0, CARE);
    const { worst } = this;
    worst.risk = Math.max(worst.risk, best(sums, CATEGORY_COUNT, NO_CARE));
    this.sureness = Math.max(this.sureness, this.probability(sums, category));
    if (category >= worst.category) Object.assign(worst, { category, sums });
  }

  opinion(): Opinion {
    const { category, risk, sums } = this.worst;
    const said = MODEL_CATEGORIES[category] ?? "Read";
    return {
      category: said,
      risk: riskWithin(said, MODEL_RISKS[risk] ?? "low"),
      confidence: this.probability(sums, category),
      rules: this.rules,
      sureness: this.sureness,
      contributions: this.spots
        .map(({ row, kind, spot }) => ({ ...spot, kind, weight: lead(row.values, category) }))
        .filter(({ weight }) => weight > 0)
        .sort((a, b) => b.weight - a.weight),
    };
  }

  private probability(sums: number[], category: number): number {
    const { temperature } = this.model.weights;
    let total = 0;
    for (let at = 0; at < CATEGORY_COUNT; at++) {
      total += Math.exp(((sums[at] ?? 0) - (sums[category] ?? 0)) / temperature);
    }
    return 1 / total;
  }
}

/** The least that a row can say without favouring anything milder over anything more severe. */
function rising(values: number[]): number[] {
  const risen = values.slice();
  for (let at = 1; at < OUTPUTS; at++) {
    if (at !== CATEGORY_COUNT) risen[at] = Math.max(risen[at] ?? 0, risen[at - 1] ?? 0);
  }
  return risen;
}

/** Kinds of clues that stand in a sentence of the description. */
const IN_SENTENCE = new Set<ClueKind>(["text", "pair"]);

function add(sums: number[], { values }: Row, sign: number): void {
  for (let at = 0; at < OUTPUTS; at++) sums[at] = (sums[at] as number) + sign * (values[at] as number);
}

/** Index of the highest sum among `care.length` ones from an offset; the milder one of two equals. */
function best(sums: number[], offset: number, care: number[]): number {
  let top = 0;
  for (let at = 1; at < care.length; at++) {
    if ((sums[offset + at] ?? 0) + (care[at] ?? 0) > (sums[offset + top] ?? 0) + (care[top] ?? 0)) top = at;
  }
  return top;
}

/** How much more a row says for one category than for the others on average. */
function lead(values: number[], category: number): number {
  let others = 0;
  for (let at = 0; at < CATEGORY_COUNT; at++) if (at !== category) others += values[at] ?? 0;
  return (values[category] ?? 0) - others / (CATEGORY_COUNT - 1);
}
