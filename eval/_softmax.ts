/** Multinomial logistic regression over sparse yes-or-no features, for training only. */
import { Adam } from "./_adam.ts";

export interface Example {
  /** Indices of the features that hold. */
  features: number[];
  /** What it should be: a probability for each class, summing to 1. */
  target: number[];
  /** How much it counts. */
  weight: number;
}

export interface Fit {
  /** One number for each class, for each feature in turn. */
  weights: Float64Array;
  bias: Float64Array;
}

const STEPS = 300;
const FIRST_RATE = 0.15;
const LAST_RATE = 0.002;

/**
 * Fits by gradient descent on the whole set (Adam), with an L2 penalty on weights and none on the bias. Deterministic:
 * no random number is drawn, and sums are always taken in the same order.
 *
 * @param penalty of half the sum of squared weights, beside the summed cross entropy in nats
 * @param rising features that must not speak for the first of two classes (projected after every step)
 */
export function fitSoftmax(
  examples: Example[],
  features: number,
  classes: number,
  penalty: number,
  rising: boolean[] = [],
): Fit {
  const size = (features + 1) * classes;
  const values = new Float64Array(size);
  const gradient = new Float64Array(size);
  const adam = new Adam(size);
  const biasAt = features * classes;
  const error = new Float64Array(classes);
  const { starts, all } = placesOf(examples, classes);
  for (let step = 1; step <= STEPS; step++) {
    for (let at = 0; at < biasAt; at++) gradient[at] = penalty * (values[at] as number);
    gradient.fill(0, biasAt);
    examples.forEach(({ target, weight }, index) => {
      const [from = 0, to = 0] = [starts[index], starts[index + 1]];
      for (let k = 0; k < classes; k++) error[k] = values[biasAt + k] as number;
      for (let at = from; at < to; at++) {
        const place = all[at] as number;
        for (let k = 0; k < classes; k++) error[k] = (error[k] as number) + (values[place + k] as number);
      }
      toProbabilities(error);
      for (let k = 0; k < classes; k++) {
        error[k] = weight * ((error[k] as number) - (target[k] as number));
        gradient[biasAt + k] = (gradient[biasAt + k] as number) + (error[k] as number);
      }
      for (let at = from; at < to; at++) {
        const place = all[at] as number;
        for (let k = 0; k < classes; k++) {
          gradient[place + k] = (gradient[place + k] as number) + (error[k] as number);
        }
      }
    });
    adam.step(values, gradient, FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / STEPS));
    rising.forEach((isRising, feature) => {
      if (isRising) raise(values, feature * classes);
    });
  }
  return { weights: values.subarray(0, biasAt), bias: values.subarray(biasAt) };
}

/** Where the values of each example's features begin, example by example: flat, as they are walked through in every step. */
function placesOf(examples: Example[], classes: number): { starts: Int32Array; all: Int32Array } {
  const starts = new Int32Array(examples.length + 1);
  examples.forEach(({ features }, index) => {
    starts[index + 1] = (starts[index] as number) + features.length;
  });
  const all = new Int32Array(starts[examples.length] as number);
  examples.forEach(({ features }, index) => {
    all.set(
      features.map((feature) => feature * classes),
      starts[index],
    );
  });
  return { starts, all };
}

/** Takes away what a feature says for the first of two classes against the second. */
function raise(values: Float64Array, at: number): void {
  const [first = 0, second = 0] = [values[at], values[at + 1]];
  if (first > second) values[at] = values[at + 1] = (first + second) / 2;
}

/** Turns logits into probabilities, in place. */
export function toProbabilities(logits: Float64Array): void {
  let top = logits[0] as number;
  for (let k = 1; k < logits.length; k++) top = Math.max(top, logits[k] as number);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += logits[k] = Math.exp((logits[k] as number) - top);
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) / sum;
}
