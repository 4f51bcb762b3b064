/** What is heard of a definition, as clues by their keys: `kind\0key`. For training only. */
import {
  type ClueVisitor,
  verdictKeys,
  visitMatch,
  visitName,
  visitSchema,
  visitWord,
} from "../classifier/model/clues.ts";
import { type Reading, readAloud } from "../classifier/model/reading.ts";
import type { RulesSay } from "../classifier/weigh.ts";

/** What counts at a pause of the reading. */
export interface Pause {
  /** Clues of name and description, and of what the rules say. */
  main: string[];
  /** Clues of the part beside them, title or schema, where one is considered. */
  beside: string[];
}

const verdictClues = (say: RulesSay) => verdictKeys(say).map((key) => `verdict\0${key}`);

/** Clues of the name alone, and of everything, as if nothing were ever taken back or put away. */
export function cluesOf(reading: Reading): [named: string[], all: string[]] {
  const { features, branches } = reading;
  const heard = new Set<string>();
  const besides = new Set<string>();
  let named: string[] | undefined;
  let last: string[] = [];
  const hear: ClueVisitor = (kind, key) => heard.add(`${kind}\0${key}`);
  const hearBeside: ClueVisitor = (kind, key) => besides.add(`${kind}\0${key}`);
  readAloud(
    { ...reading, withdrawn: [] },
    {
      match: (match, late) => visitMatch(match, late, hear),
      name: () => visitName(features, hear),
      word: (at) => visitWord(features, at, hear),
      asideMatch: (_, match) => visitMatch(match, false, hearBeside),
      schema: () => visitSchema(features, branches, hearBeside),
      sentence: () => {},
      pause(say, title, schema) {
        named ??= [...heard, ...verdictClues(say)];
        last = verdictClues(schema ?? title ?? say);
      },
    },
  );
  return [named ?? [], [...new Set([...heard, ...besides, ...last])]];
}

/** Everything the model considers while a definition is read aloud, in order; what repeats is told once. */
export function pausesOf(reading: Reading): Pause[] {
  const { features, branches } = reading;
  const kept = new Set<string>();
  let main = new Set<string>();
  const title = new Set<string>();
  const schema = new Set<string>();
  const pauses = new Map<string, Pause>();
  const hear =
    (into: Set<string>, keep: boolean): ClueVisitor =>
    (kind, key) => {
      const clue = `${kind}\0${key}`;
      if (keep && !into.has(clue)) kept.add(clue);
      into.add(clue);
    };
  const consider = (said: RulesSay | undefined, beside: Set<string>) => {
    if (!said) return;
    const pause = { main: [...main, ...verdictClues(said)], beside: [...beside] };
    pauses.set(JSON.stringify(pause), pause);
  };
  readAloud(reading, {
    match: (match, late) => visitMatch(match, late, hear(main, match.place === "name")),
    name: () => visitName(features, hear(main, true)),
    word: (at) => visitWord(features, at, hear(main, false)),
    asideMatch: (part, match) => visitMatch(match, false, hear(part === "title" ? title : schema, false)),
    schema: () => visitSchema(features, branches, hear(schema, false)),
    sentence() {
      main = new Set(kept);
    },
    pause(say, withTitle, withSchema) {
      consider(say, new Set());
      consider(withTitle, title);
      consider(withSchema, schema);
    },
  });
  return [...pauses.values()];
}
