/** Fits the steps of the risk, each on the definitions of its own category. For training only. */
import { RISK_STEPS } from "../classifier/model/weights.ts";
import { type Category, RISKS, type Risk } from "../classifier/types.ts";
import type { Pause } from "./_heard.ts";
import { type Heard, refine } from "./_refine.ts";
import { type Example, type Fit, fitSoftmax } from "./_softmax.ts";

/** What is known of a definition: its label, and its clues after name and schema, after everything, and at each pause. */
interface Known {
  label: { category: Category; risk: Risk };
  fixed: string[];
  all: string[];
  pauses: Pause[];
}

/** L2 penalty. */
const PENALTY = 4;
/** What a definition counts once more with only its name and schema read. */
const NAME_ONLY = 0.5;
/** How much must speak for a step, in logits, where that is best on families that neither rules nor model had met: else 0. */
const LEAST: Record<string, number> = { "Read medium": 0.25, "Execute high": 0.5 };

/**
 * How bad it gets is another question for each category: a payment's word makes Financial critical and a Read no worse. So
 * each step is fitted on the definitions labelled with its category, and hears no others.
 *
 * @param holding indices of those clues that get weights
 * @param features how many those are
 * @returns one number for each of RISK_STEPS, for each clue in turn: what it says for this risk or a higher one, in logits
 */
export function fitRisk(
  from: readonly Known[],
  holding: (clues: string[]) => number[],
  features: number,
): Fit {
  const weights = new Float64Array(features * RISK_STEPS.length);
  const bias = new Float64Array(RISK_STEPS.length);
  RISK_STEPS.forEach(([category, risk], step) => {
    const told = from.filter(({ label }) => label.category === category);
    const isThere = ({ label }: Known) => RISKS.indexOf(label.risk) >= RISKS.indexOf(risk);
    const examples = told.flatMap((each): Example[] => {
      const target = isThere(each) ? [0, 1] : [1, 0];
      return [
        { features: holding(each.all), target, weight: 1 },
        { features: holding(each.fixed), target, weight: NAME_ONLY },
      ];
    });
    const heard = told.map(
      (each): Heard => ({
        pauses: each.pauses.map(({ main, beside }) => ({ main: holding(main), beside: holding(beside) })),
        isThere: isThere(each),
      }),
    );
    const first = fitSoftmax(examples, features, 2, PENALTY);
    const lead = (values: Float64Array, at: number) =>
      (values[2 * at + 1] as number) - (values[2 * at] as number);
    const start = Float64Array.from({ length: features }, (_, at) => lead(first.weights, at));
    // The penalty of two weights that differ by this much, as small as they can be.
    const said = refine({ says: start, bias: lead(first.bias, 0) }, heard, PENALTY / 2);
    said.says.forEach((value, at) => {
      weights[at * RISK_STEPS.length + step] = value;
    });
    bias[step] = said.bias - (LEAST[`${category} ${risk}`] ?? 0);
  });
  return { weights, bias };
}
