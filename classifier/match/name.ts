import { nameActions } from "../actions.ts";
import { wordEvidence } from "../evidence.ts";
import type { KnownText } from "../known.ts";
import type { Place } from "../match.ts";
import { add, moreOf } from "./holds.ts";
import type { Run } from "./run.ts";
import { matchClauses } from "./verb.ts";

/** Runs the rules over the words of the name, or of the title. */
export function matchName(run: Run, source: KnownText, place: Place, weight: number): void {
  const { matcher } = run;
  const { objects } = matcher;
  const { words, known } = source;
  for (const { verb, at } of place === "name" ? run.named : nameActions(source)) {
    objects.begin();
    objects.lookIn(source, 0, at);
    objects.lookIn(source, at + verb.length, words.length);
    matchClauses(run, source, place, weight, { verb, at });
  }
  if (place !== "name") return;
  for (let at = 0; at < words.length; at++) {
    const word = known[at];
    if (!word) continue;
    for (const clause of word.inName) {
      const more = moreOf(run, clause);
      if (more) add(run, clause, place, weight, [wordEvidence(clause.rule, source, at, 1)], more);
    }
  }
}
