import { wordEvidence } from "../evidence.ts";
import type { KnownText } from "../known.ts";
import type { Place } from "../match.ts";
import type { CompiledClause } from "../matcher.ts";
import type { Word } from "../text.ts";
import type { Action } from "../verbs.ts";
import { add, moreOf } from "./holds.ts";
import { READ, type Run } from "./run.ts";

/**
 * Looks at what the clauses of a verb ask besides it; their objects are among those that were found last.
 *
 * @param late whether clauses of rules for Read are passed over
 */
export function matchClauses(
  run: Run,
  source: KnownText,
  place: Place,
  weight: number,
  { verb, at }: Action,
  late = false,
): void {
  const { objects } = run.matcher;
  const { clauses, objectLists } = verb.asked;
  for (let index = 0; index < objectLists.length; index++) {
    const list = objectLists[index] as number;
    if (list >= 0 && !objects.has(list)) continue;
    const clause = clauses[index] as CompiledClause;
    const { rule } = clause;
    if (late && rule.severity === READ) continue;
    const more = moreOf(run, clause);
    if (!more) continue;
    const evidence = [wordEvidence(rule, source, at, verb.length)];
    if (list < 0) {
      add(run, clause, place, weight, evidence, more);
      continue;
    }
    const object = objects.of(list);
    evidence.push(wordEvidence(rule, source, object.at, object.length));
    add(run, clause, place, weight, evidence, more, joinsBetween(source, at, object.at));
  }
}

/** How many "and"s and commas stand between a verb and its object. */
function joinsBetween({ words, known }: KnownText, verb: number, object: number): number {
  let joins = 0;
  for (let at = verb + 1; at <= object; at++) {
    if ((words[at] as Word).clause || known[at]?.joiner) joins++;
  }
  return joins;
}
