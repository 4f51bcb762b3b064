import { mainSentence, nameActions } from "./actions.ts";
import { wordEvidence } from "./evidence.ts";
import { readExplanations } from "./explained.ts";
import type { Features } from "./features.ts";
import { lookUp } from "./known.ts";
import { matchDescription } from "./match/description.ts";
import { add, beginHolding, moreOf } from "./match/holds.ts";
import { matchName } from "./match/name.ts";
import { READ, type Run } from "./match/run.ts";
import { matchSchema } from "./match/schema.ts";
import type { CompiledRule, Matcher } from "./matcher.ts";
import { isNoun, repeatsName, withoutName } from "./noun-names.ts";
import { splitAtVerbs } from "./sentences.ts";
import type { Evidence } from "./types.ts";

/** Where in the definition a rule's first condition held. */
export const PLACES = ["name", "title", "main clause", "text", "schema"] as const;
export type Place = (typeof PLACES)[number];

/** A rule that holds, with the characters that made it hold. */
export interface Match {
  rule: CompiledRule;
  place: Place;
  /** How much the place tells, 0 to 1. */
  weight: number;
  /** Which of the verb's objects this is about, from 0: "a database and its logs" are two. */
  joined: number;
  evidence: Evidence[];
}

/** A match that a later phrase takes back: "Runs SQL, read-only". */
export interface Withdrawn extends Match {
  /** Where in the description that phrase ends. Up to there the rule holds. */
  until: number;
}

/** A rule's verb behind a negation ("without deleting"): it speaks against the rule's category. */
export interface Denial {
  rule: CompiledRule;
  evidence: Evidence;
}

/** Everything the rules found in one definition. */
export interface Matches {
  matches: Match[];
  denials: Denial[];
  withdrawn: Withdrawn[];
}

const TITLE_WEIGHT = 0.8;

/** Runs every rule over the features of one definition. */
export function matchRules(matcher: Matcher, features: Features): Matches {
  const { title } = features;
  const name = lookUp(matcher, features.name);
  const description = lookUp(matcher, features.description);
  splitAtVerbs(description, matcher);
  beginHolding(description.words);
  const run: Run = {
    matcher,
    features,
    description,
    named: nameActions(name),
    onlyReads: false,
    main: mainSentence(description),
    result: { matches: [], denials: [], withdrawn: [] },
  };
  matchName(run, name, "name", 1);
  const isGetter = name.known[0]?.getter === true || name.known.at(-1)?.getter === true;
  run.onlyReads = isGetter && run.result.matches.every(({ rule: { severity } }) => severity <= READ);
  if (title && title.text !== name.text) matchName(run, lookUp(matcher, title), "title", TITLE_WEIGHT);
  const before = run.result.matches.length;
  matchDescription(run);
  if (isNoun(name, run.named) && !repeatsName(description, run.named)) {
    const asks = name.known[0]?.asker === true;
    run.result.matches = withoutName(run.result.matches, description, before, asks);
  }
  matchSchema(run);
  readExplanations(matcher, features, ({ clause, words }, source, at) => {
    const more = moreOf(run, clause);
    if (more) add(run, clause, "schema", 1, [wordEvidence(clause.rule, source, at, words.length)], more);
  });
  return run.result;
}
