import { textWords } from "../text.ts";

/** One step of a phrase. */
export interface Step {
  words: ReadonlySet<string>;
  /** Whether any name with an underscore fits, and whether the end of a clause does. */
  tool: boolean;
  end: boolean;
  /** How many words may stand between the step before and this one, and whether a sentence may end there. */
  gap: number;
  crossing: boolean;
  optional: boolean;
}

export interface Phrase<Owner> {
  owner: Owner;
  steps: Step[];
  /** The step that the first pass looks for. */
  anchor: number;
}

/** Compiles the phrase language of `kind-schema.ts`. */
export function compilePhrase<Owner>(source: string, owner: Owner): Phrase<Owner> {
  const steps: Step[] = [];
  let anchor = 0;
  let gap = 0;
  let crossing = false;
  for (const token of source.split(/\s+/)) {
    const gapToken = /^(~{1,2})(\d+)$/.exec(token);
    if (gapToken) {
      crossing = gapToken[1] === "~~";
      gap = Number(gapToken[2]);
      continue;
    }
    const [, entry = "", sign] = /^(.+?)([!?])?$/.exec(token) ?? [];
    if (sign === "!") anchor = steps.length;
    const all = entry.split("|");
    const tool = all.includes("#tool");
    const end = all.includes("$");
    const choices = all
      .filter((choice) => choice !== "#tool" && choice !== "$")
      .map((choice) => textWords(choice).map((word) => word.text));
    if (all.length > 1 && choices.some((choice) => choice.length !== 1)) {
      throw new Error(`Reading the phrase "${source}": "${entry}" offers a choice that is not one word.`);
    }
    // Languages written without spaces come as pairs of characters, side by side.
    for (let index = 0; index < Math.max(1, choices[0]?.length ?? 0); index++) {
      const words = new Set(choices.map((choice) => choice[index] ?? ""));
      const first = index === 0;
      steps.push({
        words,
        tool,
        end,
        gap: first ? gap : 0,
        crossing: first && crossing,
        optional: sign === "?",
      });
    }
    gap = 0;
    crossing = false;
  }
  const step = steps[anchor];
  if (!step || step.words.size === 0 || step.end || step.tool || step.optional) {
    throw new Error(
      `Reading the phrase "${source}": the word marked with "!" must be a word that has to be there.`,
    );
  }
  return { owner, steps, anchor };
}

/** The words that the first pass must look for. */
export function anchorWords({ steps, anchor }: Phrase<unknown>): string[] {
  return [...(steps[anchor]?.words ?? [])];
}

/** How many words in front of its anchor and behind it a phrase can reach, with some to spare for joined words. */
export function reachOf({ steps, anchor }: Phrase<unknown>): { before: number; behind: number } {
  const reach = (part: Step[]) => part.reduce((sum, step) => sum + 1 + step.gap, 3);
  return {
    before: reach(steps.slice(0, anchor)) + (steps[anchor]?.gap ?? 0),
    behind: reach(steps.slice(anchor + 1)),
  };
}
