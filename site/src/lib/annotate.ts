/** Text with evidence in it, cut into pieces that a component can draw one after the other. */
import { type Run, visibleRuns } from "./hidden.ts";

/** A range of a text (UTF-16 code units, end exclusive) and the footnote it belongs to. */
export interface Mark {
  start: number;
  end: number;
  note: number;
}

/** Characters that stand under the same marks. */
export interface Piece {
  runs: Run[];
  /** Footnotes whose range covers this piece, smallest number first; none for plain text. */
  notes: number[];
  /** Footnotes whose range ends with this piece: their numbers are printed behind it. */
  ends: number[];
}

/**
 * Cuts a text at every start and end of a mark. Marks may overlap or nest; pieces never do. Ranges outside the
 * text are moved to its border, and a mark that covers nothing puts its number where it stands.
 */
export function annotate(text: string, marks: readonly Mark[]): Piece[] {
  // Most texts have none.
  if (marks.length === 0) return text === "" ? [] : [{ runs: visibleRuns(text), notes: [], ends: [] }];
  const ranges = marks.map((mark) => clamp(mark, text.length));
  const cuts = new Set([0, text.length]);
  for (const { start, end } of ranges) cuts.add(start).add(end);
  const borders = [...cuts].sort((a, b) => a - b);
  if (borders.length === 1) return ranges.length > 0 ? [pieceAt(text, 0, 0, ranges)] : [];
  return borders.slice(1).map((end, index) => pieceAt(text, borders[index] ?? 0, end, ranges));
}

/** The nearest place at or before `limit` where a text can be cut without parting a surrogate pair. */
export function cutAt(text: string, limit: number): number {
  const unit = text.charCodeAt(limit - 1);
  return limit < text.length && unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : Math.min(limit, text.length);
}

/** Splits marks at `limit`, for a text that is shown in two parts; the second part's ranges start anew. */
export function splitMarks(marks: readonly Mark[], limit: number): { head: Mark[]; rest: Mark[] } {
  const head = marks
    .filter((mark) => mark.start < limit)
    .map((mark) => ({ ...mark, end: Math.min(mark.end, limit) }));
  const rest = marks
    .filter((mark) => mark.end > limit)
    .map((mark) => ({ ...mark, start: Math.max(0, mark.start - limit), end: mark.end - limit }));
  return { head, rest };
}

function pieceAt(text: string, start: number, end: number, marks: Mark[]): Piece {
  const ascending = (a: number, b: number) => a - b;
  const covering = marks.filter((mark) => mark.start <= start && mark.end >= end && mark.end > mark.start);
  const ending = marks.filter((mark) => mark.end === end || (mark.end === 0 && start === 0));
  return {
    runs: visibleRuns(text.slice(start, end)),
    notes: unique(covering).sort(ascending),
    ends: unique(ending).sort(ascending),
  };
}

function unique(marks: Mark[]): number[] {
  return [...new Set(marks.map((mark) => mark.note))];
}

function clamp(mark: Mark, length: number): Mark {
  const start = Math.min(Math.max(0, mark.start), length);
  return { ...mark, start, end: Math.min(Math.max(start, mark.end), length) };
}
