import type { Evidence, ToolDefinition } from "../../classifier/index.ts";
import { keysOf, valueAt } from "../../classifier/json-pointer.ts";
import { columnsOfCharacter, type Paint, safe, wrap } from "./text.ts";

/** Characters shown before and after a marked place in a long text. */
const CONTEXT = 120;

/**
 * The texts of a definition with the words that count underlined and numbered, as a compiler shows an error, and
 * under them what each number shows.
 */
export function renderEvidence(
  definition: ToolDefinition,
  evidence: Evidence[],
  width: number,
  paint: Paint,
): string {
  const blocks: string[] = [];
  let number = 0;
  for (const [pointer, group] of Map.groupBy(evidence, (entry) => entry.pointer)) {
    const text = textAt(definition, pointer);
    const spans = spansOf(group).map((span) => ({ ...span, number: ++number }));
    const lines = text === undefined ? [] : underline(text, spans, Math.max(20, width - 4), paint);
    const notes = spans.map((span) =>
      wrap(`${span.number} ${meanings(span.evidence)}`, width - 4).replaceAll("\n", "\n      "),
    );
    blocks.push(
      [`  ${paint("dim", safe(pointer))}`, ...[...lines, ...notes].map((line) => `    ${line}`)].join("\n"),
    );
  }
  return blocks.join("\n");
}

/** The same words, and everything they show. */
interface Span {
  start: number;
  end: number;
  evidence: Evidence[];
  number: number;
}

function spansOf(evidence: Evidence[]): Omit<Span, "number">[] {
  const groups = Map.groupBy(evidence, ({ start, end }) => `${start} ${end}`);
  return [...groups.values()]
    .map((group) => ({ start: group[0]?.start ?? 0, end: group[0]?.end ?? 0, evidence: group }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** What words show, each with the rules that say so: `speaks for Execute (run-process, sign-in-or-out)`. */
function meanings(evidence: Evidence[]): string {
  const rules = new Map<string, Set<string>>();
  for (const { rule, supports, opposes, facet } of evidence) {
    const says = [
      supports ? `speaks for ${supports}` : "",
      opposes ? `speaks against ${opposes}` : "",
      facet ? `shows ${facet}` : "",
    ].filter((part) => part !== "");
    if (says.length === 0) says.push("counts for risk, reach or whether it can be undone");
    for (const saying of says) rules.set(saying, (rules.get(saying) ?? new Set()).add(safe(rule)));
  }
  return [...rules].map(([saying, ids]) => `${saying} (${[...ids].join(", ")})`).join(", ");
}

/** The string a pointer leads to, or its last token, unescaped, where it leads to anything else (see `Evidence`). */
function textAt(definition: ToolDefinition, pointer: string): string | undefined {
  const value = valueAt(definition, pointer);
  return value === undefined || typeof value === "string" ? value : keysOf(pointer).at(-1);
}

interface Cell {
  /** The character as shown: one that could act on the terminal is spelt out. */
  shown: string;
  columns: number;
  at: number;
}

/** Lines of text, each followed by its carets and their numbers where it has any; long parts without any are cut. */
function underline(text: string, spans: Span[], width: number, paint: Paint): string[] {
  const lines: string[] = [];
  for (const cells of rows(text, spans, width)) {
    lines.push(
      cells
        .map(({ shown }) => shown)
        .join("")
        .trimEnd(),
    );
    lines.push(...markLines(cells, spans).map((line) => paint("cyan", line)));
  }
  return lines;
}

/** Carets under the marked characters, and below them each number where its words begin. */
function markLines(cells: Cell[], spans: Span[]): string[] {
  const here = new Set<Span>();
  let carets = "";
  let numbers = "";
  for (const { at, columns } of cells) {
    const covering = spans.filter(({ start, end }) => start <= at && at < end);
    for (const span of covering) {
      if (here.has(span)) continue;
      here.add(span);
      // Two that begin at one place, or a number wider than the gap: side by side, with a comma.
      numbers = numbers.length > carets.length ? `${numbers},` : numbers.padEnd(carets.length);
      numbers += span.number;
    }
    carets += (covering.length > 0 ? "^" : " ").repeat(columns);
  }
  return here.size === 0 ? [] : [carets.trimEnd(), numbers];
}

/** Breaks the text into rows of cells that fit, at line ends and between words, leaving out what is far from any mark. */
function rows(text: string, spans: Span[], width: number): Cell[][] {
  const result: Cell[][] = [];
  let row: Cell[] = [];
  let used = 0;
  let skipping = false;
  const flush = () => {
    if (row.length > 0) result.push(row);
    row = [];
    used = 0;
  };
  for (const cell of cellsOf(text)) {
    const near = spans.some(({ start, end }) => cell.at >= start - CONTEXT && cell.at < end + CONTEXT);
    if (!near) {
      if (!skipping && row.length > 0) row.push({ shown: " …", columns: 2, at: -1 });
      skipping = true;
      continue;
    }
    if (skipping) {
      flush();
      // The first word may be a part of one: this says that something stands before it.
      row.push({ shown: "…", columns: 1, at: -1 });
      used = 1;
    }
    skipping = false;
    if (cell.shown === "\\n") {
      flush();
      continue;
    }
    if (used + cell.columns > width) {
      const tail = wordTail(row);
      result.push(row.slice(0, row.length - tail.length));
      row = tail;
      used = tail.reduce((sum, { columns }) => sum + columns, 0);
    }
    row.push(cell);
    used += cell.columns;
  }
  flush();
  return result;
}

/** The unfinished word at the end of a row, if the row has more than that. */
function wordTail(row: Cell[]): Cell[] {
  const space = row.findLastIndex(({ shown }) => shown === " ");
  const tail = space < 0 ? [] : row.slice(space + 1);
  return tail.length < row.length / 2 ? tail : [];
}

function* cellsOf(text: string): Generator<Cell> {
  let at = 0;
  for (const character of text) {
    const shown = safe(character);
    const columns = shown === character ? columnsOfCharacter(character) : shown.length;
    yield { shown, columns, at };
    at += character.length;
  }
}
