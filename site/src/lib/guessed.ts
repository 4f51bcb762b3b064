/** What only the trained model says of a tool: pages and API call it probable and not a fact. */
import { MODEL_RULE } from "../../../classifier/index.ts";

type Ruled = readonly { rule?: string }[];

const isModels = ({ rule }: { rule?: string }): boolean => rule === MODEL_RULE;

/** Whether evidence is there, and all of it the trained model's. */
export function isGuessed(evidence: Ruled): boolean {
  return evidence.length > 0 && evidence.every(isModels);
}

/** In: a reason with what it rests on. Out: the same; where a part is the trained model's, it begins with "Probably". */
export function saidAsGuess<Told extends { because: string; evidence: Ruled }>(told: Told): Told {
  if (!told.evidence.some(isModels)) return told;
  const { because } = told;
  return { ...told, because: `Probably ${because.charAt(0).toLowerCase()}${because.slice(1)}` };
}
