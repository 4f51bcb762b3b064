/** Fits weights to the way in which they are used: the worst of all pauses is what is said. For training only. */
import { Adam } from "./_adam.ts";

/** A definition as it is read aloud, with indices of clues, and whether what is asked holds for it. */
export interface Heard {
  pauses: { main: number[]; beside: number[] }[];
  isThere: boolean;
}

/** What each clue says for yes, in logits, and what is said without any. */
export interface Question {
  says: Float64Array;
  bias: number;
}

/**
 * So few that the weights stay near those of the whole definition: of 0, 4, 10 and 30, 4 and 10 are best on families that
 * neither rules nor model had met, and 4 is better on the definitions in our own words.
 */
const STEPS = 4;
const FIRST_RATE = 0.05;
const LAST_RATE = 0.0025;

/**
 * Goes on from a fit by gradient descent on what the reading makes of it: a reader keeps the worst opinion of all pauses, so
 * only the pause that says most is moved. Clues beside the text count as they do for a reader: none speaks against.
 * Deterministic, as is the fit it starts from.
 *
 * @param penalty of half the sum of squared weights, beside the summed cross entropy in nats
 */
export function refine({ says, bias }: Question, rows: readonly Heard[], penalty: number): Question {
  const biasAt = says.length;
  const values = new Float64Array([...says, bias]);
  const gradient = new Float64Array(values.length);
  const adam = new Adam(values.length);
  for (let step = 1; step <= STEPS; step++) {
    for (let at = 0; at < biasAt; at++) gradient[at] = penalty * (values[at] as number);
    gradient[biasAt] = 0;
    for (const row of rows) addGradient(row, values, gradient);
    adam.step(values, gradient, FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / STEPS));
  }
  return { says: values.subarray(0, biasAt), bias: values[biasAt] as number };
}

function addGradient({ pauses, isThere }: Heard, values: Float64Array, gradient: Float64Array): void {
  const biasAt = values.length - 1;
  let most = Number.NEGATIVE_INFINITY;
  let loudest: Heard["pauses"][number] = { main: [], beside: [] };
  for (const pause of pauses) {
    let sum = values[biasAt] as number;
    for (const clue of pause.main) sum += values[clue] as number;
    for (const clue of pause.beside) sum += Math.max(0, values[clue] as number);
    if (sum <= most) continue;
    most = sum;
    loudest = pause;
  }
  const error = 1 / (1 + Math.exp(-most)) - (isThere ? 1 : 0);
  const add = (at: number) => {
    gradient[at] = (gradient[at] as number) + error;
  };
  add(biasAt);
  for (const clue of loudest.main) add(clue);
  for (const clue of loudest.beside) if ((values[clue] as number) > 0) add(clue);
}
