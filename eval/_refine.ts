/** Fits weights to the way in which they are used: the worst of all pauses is what is said. For training only. */
import { Adam } from "./_adam.ts";
import { type Fit, toProbabilities } from "./_softmax.ts";

/** A definition as it is read aloud, with indices of clues. */
export interface Heard {
  pauses: { main: number[]; beside: number[] }[];
  /** What it should be: a probability for each class, mildest first, summing to 1. */
  target: number[];
}

/**
 * So few that the weights stay near those of the whole definition. More steps are better by folds over the corpus, and
 * worse on the definitions in our own words, which are further from it (risk 75 % to 70 % with 15).
 */
const STEPS = 4;
const FIRST_RATE = 0.05;
const LAST_RATE = 0.0025;
/** Keeps logarithms finite. */
const TINY = 1e-6;

/**
 * Goes on from a fit by gradient descent on what the reading makes of it. For each class but the mildest it asks how
 * likely the definition is that or worse: as likely as at the pause where that is likeliest, for a reader keeps the worst
 * opinion of all. Clues beside the text count as they do for a reader: nothing milder gets more than anything worse.
 * Deterministic, as is the fit it starts from.
 *
 * @param penalty of half the sum of squared weights, beside the summed cross entropy in nats
 */
export function refine({ weights, bias }: Fit, rows: Heard[], classes: number, penalty: number): Fit {
  const values = new Float64Array([...weights, ...bias]);
  const gradient = new Float64Array(values.length);
  const source = new Int32Array(weights.length);
  const adam = new Adam(values.length);
  for (let step = 1; step <= STEPS; step++) {
    for (let at = 0; at < weights.length; at++) gradient[at] = penalty * (values[at] as number);
    gradient.fill(0, weights.length);
    findSources(values, source, classes);
    for (const row of rows) addGradient(row, { values, gradient, source, classes, biasAt: weights.length });
    adam.step(values, gradient, FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / STEPS));
  }
  return { weights: values.slice(0, weights.length), bias: values.slice(weights.length) };
}

/** Where a clue beside the text takes its number for each class from: the greatest of those up to that class. */
function findSources(values: Float64Array, source: Int32Array, classes: number): void {
  for (let at = 0; at < source.length; at++) {
    const before = at % classes === 0 ? at : (source[at - 1] as number);
    source[at] = (values[at] as number) >= (values[before] as number) ? at : before;
  }
}

interface Descent {
  values: Float64Array;
  gradient: Float64Array;
  source: Int32Array;
  classes: number;
  biasAt: number;
}

function addGradient({ pauses, target }: Heard, descent: Descent): void {
  const { classes } = descent;
  const chances = pauses.map((pause) => chancesAt(pause, descent));
  for (let from = 1; from < classes; from++) {
    const wanted = sumFrom(target, from);
    let worst = 0;
    let most = -1;
    chances.forEach((each, at) => {
      const chance = sumFrom(each, from);
      if (chance > most) [worst, most] = [at, chance];
    });
    const sure = Math.min(1 - TINY, Math.max(TINY, most));
    const slope = (sure - wanted) / (sure * (1 - sure));
    const steps = (chances[worst] as Float64Array).map(
      (chance, at) => slope * chance * ((at >= from ? 1 : 0) - sure),
    );
    push(pauses[worst] as Heard["pauses"][number], steps, descent);
  }
}

function chancesAt(
  { main, beside }: Heard["pauses"][number],
  { values, source, classes, biasAt }: Descent,
): Float64Array {
  const sums = values.slice(biasAt, biasAt + classes);
  for (let k = 0; k < classes; k++) {
    let sum = sums[k] as number;
    for (const clue of main) sum += values[clue * classes + k] as number;
    for (const clue of beside) sum += values[source[clue * classes + k] as number] as number;
    sums[k] = sum;
  }
  toProbabilities(sums);
  return sums;
}

function push(
  { main, beside }: Heard["pauses"][number],
  steps: Float64Array,
  { gradient, source, classes, biasAt }: Descent,
): void {
  const add = (at: number, k: number) => {
    gradient[at] = (gradient[at] as number) + (steps[k] as number);
  };
  for (let k = 0; k < classes; k++) {
    for (const clue of main) add(clue * classes + k, k);
    for (const clue of beside) add(source[clue * classes + k] as number, k);
    add(biasAt + k, k);
  }
}

function sumFrom(numbers: ArrayLike<number>, from: number): number {
  let sum = 0;
  for (let at = from; at < numbers.length; at++) sum += numbers[at] as number;
  return sum;
}
