/**
 * Patterns of the operator `regex`: the part of regular expressions that JavaScript (with the flag u) and RE2 read
 * alike, compiled to a program that runs in time linear in the text. Everything else is refused with what to write
 * instead: `.` and `\s` differ between the two, look-around and back references cannot run in linear time.
 */

/** One instruction. `next` and `other` are positions in the program. */
export type Instruction =
  | { op: "character"; ranges: readonly (readonly [number, number])[]; negated: boolean }
  | { op: "split"; next: number; other: number }
  | { op: "assert"; what: "start" | "end" | "boundary" | "no boundary" }
  | { op: "match" };

export type ParsedPattern = { ok: true; program: Instruction[] } | { ok: false; why: string };

/** Instructions of one program at most; a counted repetition takes as many as it counts. */
const MOST_INSTRUCTIONS = 1000;
const DEEPEST_GROUP = 40;

type Ranges = [number, number][];
const DIGITS: Ranges = [[48, 57]];
const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const CONTROL: Record<string, number> = { n: 10, t: 9, r: 13, f: 12, v: 11 };
const LAST = 0x10ffff;

type Node =
  | { kind: "character"; ranges: Ranges; negated: boolean }
  | { kind: "assert"; what: "start" | "end" | "boundary" | "no boundary" }
  | { kind: "sequence"; nodes: Node[] }
  | { kind: "choice"; nodes: Node[] }
  | { kind: "repeat"; node: Node; min: number; max: number };

class Refusal extends Error {}

/** A policy says the same few patterns of many tools: they are read once. Emptied when full. */
const known = new Map<string, ParsedPattern>();
const MOST_KNOWN = 500;

/** Compiles a pattern, or says in words why it is not taken. */
export function parsePattern(pattern: string): ParsedPattern {
  const before = known.get(pattern);
  if (before) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const parsed = read(pattern);
  known.set(pattern, parsed);
  return parsed;
}

function read(pattern: string): ParsedPattern {
  if (!pattern.isWellFormed()) return { ok: false, why: "it holds half a character (a lone surrogate)" };
  try {
    const program: Instruction[] = [];
    emit(new Parser([...pattern]).parse(), program);
    add(program, { op: "match" });
    return { ok: true, program };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.message };
    throw error;
  }
}

function refuse(why: string): never {
  throw new Refusal(why);
}

class Parser {
  readonly #text: string[];
  #at = 0;
  #depth = 0;

  constructor(text: string[]) {
    this.#text = text;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) refuse("a ) closes no group");
    return node;
  }

  #choice(): Node {
    const nodes = [this.#sequence()];
    while (this.#take("|")) nodes.push(this.#sequence());
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: "choice", nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === "|" || next === ")") return { kind: "sequence", nodes };
      nodes.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(node: Node): Node {
    const range = this.#quantifier();
    if (!range) return node;
    if (node.kind === "assert") refuse("^, $, \\b and \\B cannot be repeated");
    this.#take("?");
    if (this.#quantifier()) refuse("a repetition cannot be repeated without a group");
    return { kind: "repeat", node, ...range };
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (this.#text[this.#at] !== "{") return undefined;
    const end = this.#text.indexOf("}", this.#at);
    const inside = /^(\d{1,4})(,(\d{0,4}))?$/.exec(this.#text.slice(this.#at + 1, end).join(""));
    if (end < 0 || !inside) refuse("{ starts a count such as {2,5}; write \\{ for the character");
    const min = Number(inside[1]);
    const max =
      inside[2] === undefined ? min : inside[3] === "" ? Number.POSITIVE_INFINITY : Number(inside[3]);
    if (max < min) refuse("a count goes from the smaller to the larger number");
    this.#at = end + 1;
    return { min, max };
  }

  #atom(): Node {
    const next = this.#text[this.#at] as string;
    this.#at += 1;
    switch (next) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "^":
        return { kind: "assert", what: "start" };
      case "$":
        return { kind: "assert", what: "end" };
      case ".":
        return refuse(
          "engines disagree on which line ends . leaves out; write [^\\n] or name the characters",
        );
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
      case "{":
      case "}":
      case "]":
        return refuse(`${next} repeats or closes nothing here; write \\${next} for the character`);
      default:
        return one(codeOf(next));
    }
  }

  #group(): Node {
    if (this.#text[this.#at] === "?") {
      if (this.#text[this.#at + 1] !== ":")
        refuse("look-around, names and flags are not known; plain groups are ( ) or (?: )");
      this.#at += 2;
    }
    this.#depth += 1;
    if (this.#depth > DEEPEST_GROUP) refuse(`groups are nested more than ${DEEPEST_GROUP} deep`);
    const node = this.#choice();
    if (!this.#take(")")) refuse("a group is not closed");
    this.#depth -= 1;
    return node;
  }

  #escape(): Node {
    const next = this.#text[this.#at];
    if (next === "b" || next === "B") {
      this.#at += 1;
      return { kind: "assert", what: next === "b" ? "boundary" : "no boundary" };
    }
    const { ranges, negated } = this.#escaped(false);
    return { kind: "character", ranges, negated };
  }

  #escaped(inClass: boolean): { ranges: Ranges; negated: boolean } {
    const next = this.#text[this.#at];
    if (next === undefined) refuse("a \\ stands at the end");
    this.#at += 1;
    if (next === "d" || next === "D") return { ranges: DIGITS, negated: next === "D" };
    if (next === "w" || next === "W") return { ranges: WORD, negated: next === "W" };
    if (next === "s" || next === "S")
      refuse("engines disagree on which spaces \\s means; write [ \\t\\n\\r\\f]");
    if (Object.hasOwn(CONTROL, next)) return single(CONTROL[next] as number);
    if (next === "x") {
      const digits = this.#text.slice(this.#at, this.#at + 2).join("");
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) refuse("\\x takes two hexadecimal digits");
      this.#at += 2;
      return single(Number.parseInt(digits, 16));
    }
    if ("^$\\.*+?()[]{}|/".includes(next) || (inClass && next === "-")) return single(codeOf(next));
    return refuse(`\\${next} is not known, or not read alike by all engines`);
  }

  #class(): Node {
    const negated = this.#take("^");
    const ranges: Ranges = [];
    if (this.#text[this.#at] === "]") refuse("a list in [ ] is empty; write \\] for the character");
    for (let first = true; !this.#take("]"); first = false) {
      const from = this.#member(first);
      if (from.length === 1 && this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]") {
        this.#at += 1;
        const to = this.#member(false);
        const [low, high] = [from[0]?.[0] ?? 0, to[0]?.[0] ?? 0];
        if (from[0]?.[1] !== low || to.length !== 1 || to[0]?.[1] !== high || high < low)
          refuse("a range in [ ] goes from one character to a later one");
        ranges.push([low, high]);
      } else ranges.push(...from);
    }
    return { kind: "character", ranges, negated };
  }

  #member(first: boolean): Ranges {
    const next = this.#text[this.#at];
    if (next === undefined) refuse("a list in [ ] is not closed");
    this.#at += 1;
    if (next === "\\") {
      const { ranges, negated } = this.#escaped(true);
      return negated ? inverse(ranges) : ranges;
    }
    if (next === "[") refuse("write \\[ inside [ ]");
    if (next === "-" && !first && this.#text[this.#at] !== "]") refuse("write \\- inside [ ]");
    return [[codeOf(next), codeOf(next)]];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

function single(code: number): { ranges: Ranges; negated: boolean } {
  return { ranges: [[code, code]], negated: false };
}

function one(code: number): Node {
  return { kind: "character", ...single(code) };
}

function inverse(ranges: Ranges): Ranges {
  const result: Ranges = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) result.push([from, low - 1]);
    from = high + 1;
  }
  result.push([from, LAST]);
  return result;
}

function add(program: Instruction[], instruction: Instruction): number {
  if (program.length >= MOST_INSTRUCTIONS)
    refuse(`it is too large: more than ${MOST_INSTRUCTIONS} steps once counts are written out`);
  return program.push(instruction) - 1;
}

/** A split whose second way is not known yet. */
function addSplit(program: Instruction[]): { at: number; split: { next: number; other: number } } {
  const split = { op: "split" as const, next: program.length + 1, other: program.length + 1 };
  return { at: add(program, split), split };
}

function emit(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case "character":
      add(program, { op: "character", ranges: node.ranges, negated: node.negated });
      return;
    case "assert":
      add(program, { op: "assert", what: node.what });
      return;
    case "sequence":
      for (const part of node.nodes) emit(part, program);
      return;
    case "choice": {
      const ends: { next: number; other: number }[] = [];
      node.nodes.forEach((part, index) => {
        const last = index === node.nodes.length - 1;
        const start = last ? undefined : addSplit(program).split;
        emit(part, program);
        if (!start) return;
        ends.push(addSplit(program).split);
        start.other = program.length;
      });
      for (const end of ends) end.next = end.other = program.length;
      return;
    }
    case "repeat":
      emitRepeat(node, program);
  }
}

function emitRepeat({ node, min, max }: Extract<Node, { kind: "repeat" }>, program: Instruction[]): void {
  for (let index = 0; index < min; index += 1) emit(node, program);
  if (max === Number.POSITIVE_INFINITY) {
    const { at, split } = addSplit(program);
    emit(node, program);
    const back = addSplit(program).split;
    back.next = back.other = at;
    split.other = program.length;
    return;
  }
  const ends: { other: number }[] = [];
  for (let index = min; index < max; index += 1) {
    ends.push(addSplit(program).split);
    emit(node, program);
  }
  for (const end of ends) end.other = program.length;
}
