/** The labelled definitions that models are trained on, taken apart. For training only. */
import { branchesOf } from "../classifier/branches.ts";
import { featuresOf } from "../classifier/features.ts";
import type { Label } from "../classifier/labelled.ts";
import { matchRules } from "../classifier/match.ts";
import type { Matcher } from "../classifier/matcher.ts";
import type { Reading } from "../classifier/model/reading.ts";
import { cluesOf, type Pause, pausesOf } from "./_heard.ts";
import type { SetName, SetRow } from "./_sets.ts";

/** A labelled definition, taken apart. */
export interface Row {
  set: SetName;
  label: Label;
  fold: number;
  reading: Reading;
  /** Clues after name and schema, after everything, and at each pause. */
  fixed: string[];
  all: string[];
  pauses: Pause[];
}

/** Families are spread over so many folds. */
export const FOLDS = 5;

/** Takes apart the rows that somebody has labelled; nothing can be learnt from the others. */
export function takeApart(rows: SetRow[], matcher: Matcher): Row[] {
  return rows.flatMap(({ set, family, definition, label }) => {
    if (!label) return [];
    const features = featuresOf(definition);
    const { matches, withdrawn } = matchRules(matcher, features);
    const { branches, matches: chosen } = branchesOf(features, matcher);
    matches.push(...chosen);
    const reading: Reading = { features, matches, withdrawn, branches, unfinished: matcher.unfinished };
    const [fixed, all] = cluesOf(reading);
    return [{ set, label, fold: foldOf(family), reading, fixed, all, pauses: pausesOf(reading) }];
  });
}

/** Families are spread over the folds by a hash that has nothing to do with the one that holds shares back. */
function foldOf(family: string): number {
  let hash = 7;
  for (const character of family) hash = (hash * 33 + character.charCodeAt(0)) >>> 0;
  return hash % FOLDS;
}
