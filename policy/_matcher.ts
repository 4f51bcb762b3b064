import { type Instruction, parsePattern } from "./_pattern.ts";

/** Longer texts, in UTF-16 code units, are not searched; the condition then counts as not decidable. */
export const LONGEST_SEARCHED = 32_768;
/** Steps remembered for a pattern before it starts over, so that strangers' texts cannot fill the memory. */
const MOST_STEPS = 1000;

/** Whether a text holds the pattern; undefined where the text is too long to be searched. */
export type Matcher = (text: string) => boolean | undefined;

/** What stood before a position: nothing, a character of a word, or another one. */
type Before = "start" | "word" | "other";
interface State {
  positions: readonly number[];
  before: Before;
  /** What a character leads to: by code for ASCII, which most texts are, else in the map. */
  ascii: (State | true | undefined)[];
  steps: Map<number, State | true>;
  matchesAtEnd?: boolean;
}

const END = -1;

/** A policy says the same few patterns of many tools: they share what they remember. Emptied when full. */
const known = new Map<string, Matcher>();
const MOST_KNOWN = 50;

/** The search for a pattern, made once; undefined for a pattern that is refused. */
export function matcherFor(pattern: string): Matcher | undefined {
  const before = known.get(pattern);
  if (before) return before;
  const matcher = compilePattern(pattern);
  if (!matcher) return undefined;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(pattern, matcher);
  return matcher;
}

/**
 * A search for the pattern anywhere in a text; undefined for a pattern that is refused. All ways through the program
 * are followed at once, character by character, so that the time is at most the text's length times the program's.
 */
export function compilePattern(pattern: string): Matcher | undefined {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return undefined;
  const { program } = parsed;
  let states = new Map<string, State>();
  let steps = 0;

  const stateOf = (positions: number[], before: Before): State => {
    const key = `${before}${positions.join(",")}`;
    let state = states.get(key);
    if (!state) {
      state = { positions, before, ascii: new Array(128), steps: new Map() };
      states.set(key, state);
    }
    return state;
  };
  const step = (state: State, code: number): State | true => {
    if (steps > MOST_STEPS) {
      states = new Map();
      steps = 0;
    }
    steps += 1;
    const reached = reach(program, state, code);
    if (reached === true) return true;
    return stateOf(reached, isWord(code) ? "word" : "other");
  };

  return (text) => {
    if (text.length > LONGEST_SEARCHED) return undefined;
    let state = stateOf([], "start");
    for (let index = 0; index < text.length; index += 1) {
      const code = text.codePointAt(index) as number;
      if (code > 0xffff) index += 1;
      let next = code < 128 ? state.ascii[code] : state.steps.get(code);
      if (next === undefined) {
        next = step(state, code);
        if (code < 128) state.ascii[code] = next;
        else state.steps.set(code, next);
      }
      if (next === true) return true;
      state = next;
    }
    state.matchesAtEnd ??= reach(program, state, END) === true;
    return state.matchesAtEnd;
  };
}

/** Positions after one more character, sorted; true when the program has matched before it. */
function reach(program: readonly Instruction[], { positions, before }: State, code: number): number[] | true {
  const seen = new Set<number>();
  const next = new Set<number>();
  // A match may begin at every character.
  const open = [...positions, 0];
  for (let position = open.pop(); position !== undefined; position = open.pop()) {
    if (seen.has(position)) continue;
    seen.add(position);
    const instruction = program[position] as Instruction;
    if (instruction.op === "match") return true;
    if (instruction.op === "split") open.push(instruction.next, instruction.other);
    else if (instruction.op === "assert") {
      if (holds(instruction.what, before, code)) open.push(position + 1);
    } else if (code !== END && fits(instruction, code)) next.add(position + 1);
  }
  return [...next].sort((a, b) => a - b);
}

function holds(what: "start" | "end" | "boundary" | "no boundary", before: Before, code: number): boolean {
  if (what === "start") return before === "start";
  if (what === "end") return code === END;
  const boundary = (before === "word") !== (code !== END && isWord(code));
  return boundary === (what === "boundary");
}

function fits(
  { ranges, negated }: { ranges: readonly (readonly [number, number])[]; negated: boolean },
  code: number,
): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return !negated;
  return negated;
}

function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  );
}
