import { isNamed } from "../conditions.ts";
import { argumentEvidence, choiceEvidence } from "../evidence.ts";
import type { KnownWord } from "../matcher.ts";
import { nameWords } from "../text.ts";
import { add, moreOf } from "./holds.ts";
import type { Run } from "./run.ts";

const NO_NAMES: KnownWord["argumentEnds"] = [];

/** Runs the rules over the arguments' names, and over what their values choose. */
export function matchSchema(run: Run): void {
  const { matcher, features } = run;
  for (const argument of features.arguments) {
    const last = argument.words.at(-1);
    for (const { name, clause } of (last && matcher.words.get(last)?.argumentEnds) ?? NO_NAMES) {
      if (!isNamed(argument, name)) continue;
      const more = moreOf(run, clause);
      if (more) add(run, clause, "schema", 1, [argumentEvidence(clause.rule, argument)], more);
    }
    if (matcher.byChoice.size === 0) continue;
    for (const { value, pointer } of argument.choices) {
      for (const word of typeof value === "string" ? nameWords(value) : []) {
        for (const clause of matcher.byChoice.get(word.text) ?? []) {
          const more = moreOf(run, clause);
          if (more) {
            const evidence = choiceEvidence(clause.rule, pointer, String(value), word);
            add(run, clause, "schema", 1, [evidence], more);
          }
        }
      }
    }
  }
}
