import type { FindingClause } from "./kind-schema.ts";
import type { Hit } from "./types.ts";

interface CharacterClause {
  clause: FindingClause;
  holds: (point: number) => boolean;
}

/** Whether a code point is in one of the ranges (`U+202E`, `U+E0000..U+E007F`). */
export function characterTest(ranges: readonly string[]): (point: number) => boolean {
  const bounds = ranges.map((range) => range.split("..").map((bound) => Number.parseInt(bound.slice(2), 16)));
  return (point) => bounds.some(([from = 0, to = from]) => point >= from && point <= to);
}

/** Longest run whose judgement is remembered, in UTF-16 code units; emoji are the same few runs again and again. */
const SHORT_RUN = 8;

/** Most runs of one text that are looked at. A text with more is reported for its length, if for nothing else. */
const MAX_RUNS = 50_000;

/** Prepares the search for characters that hide text or change how it shows: all clauses of one kind. */
export function compileCharacters(clauses: FindingClause[]): (text: string) => Hit[] {
  const tests: CharacterClause[] = clauses.map((clause) => ({
    clause,
    holds: characterTest(clause.characters ?? []),
  }));
  const all = characterTest(clauses.flatMap((clause) => clause.characters ?? []));
  return (text) => {
    const hits: Hit[] = [];
    const judged = new Map<string, Hit | undefined>();
    const rightToLeft = RIGHT_TO_LEFT.test(text);
    let runs = 0;
    for (let at = 0; at < text.length && runs < MAX_RUNS; ) {
      const point = text.codePointAt(at) as number;
      const start = at;
      at += width(point);
      if ((point >= 32 && point < 127) || point === 10 || !all(point)) continue;
      runs++;
      let count = 1;
      while (at < text.length && all(text.codePointAt(at) as number)) {
        at += width(text.codePointAt(at) as number);
        count++;
      }
      const run: Run = { text, start, end: at, count };
      if (at - start > SHORT_RUN) {
        const hit = judge(tests, run, rightToLeft);
        if (hit) hits.push(hit);
        continue;
      }
      const key = `${before(run)} ${text.slice(start, at)} ${behind(run)}`;
      if (!judged.has(key)) {
        const hit = judge(tests, run, rightToLeft);
        judged.set(key, hit && { ...hit, start: hit.start - start, end: hit.end - start });
      }
      const known = judged.get(key);
      if (known) hits.push({ ...known, start: start + known.start, end: start + known.end });
    }
    return hits;
  };
}

/** The first clause that holds for a run. */
function judge(tests: CharacterClause[], run: Run, rightToLeft: boolean): Hit | undefined {
  for (const { clause, holds } of tests) {
    const found = piecesOf(run, holds, clause.run ?? 1);
    if (!found || (clause.inWord && !isInWord(run))) continue;
    const piece: Run = { ...run, ...found };
    if (clause.except?.some((kind) => isOrdinary(kind, piece, run, rightToLeft))) continue;
    return { clause, start: piece.start, end: piece.end };
  }
  return undefined;
}

interface Run {
  text: string;
  start: number;
  end: number;
  count: number;
}

const width = (point: number): number => (point > 0xffff ? 2 : 1);

/** The first piece of a run, of at least so many characters, that the test holds for. */
function piecesOf(
  { text, start, end }: Run,
  holds: (point: number) => boolean,
  least: number,
): { start: number; end: number; count: number } | undefined {
  let from = -1;
  let count = 0;
  for (let at = start; at <= end; ) {
    const point = at < end ? (text.codePointAt(at) as number) : -1;
    if (point >= 0 && holds(point)) {
      if (from < 0) from = at;
      count++;
    } else {
      if (count >= least) return { start: from, end: at, count };
      from = -1;
      count = 0;
    }
    at += point < 0 ? 1 : width(point);
  }
  return undefined;
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LATIN = /[\p{Script=Latin}\d]/u;
/** Scripts whose letters join or stack, and are written with joiners: Arabic, Indic and their neighbours. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Mongolian}]/u;
/** What an emoji is made of, with the keycaps (1 to 9, # and *) and other symbols that come in a coloured form. */
const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Component}\p{S}\p{Po}]/u;
const FLAG_TAGS = /^[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}$/u;
const BLACK_FLAG = 0x1f3f4;

const before = ({ text, start }: Run): string => {
  const low = text.charCodeAt(start - 1);
  return text.slice(start - (low >= 0xdc00 && low < 0xe000 ? 2 : 1), start);
};
const behind = ({ text, end }: Run): string =>
  end < text.length ? String.fromCodePoint(text.codePointAt(end) as number) : "";

const isInWord = (run: Run): boolean => LATIN.test(before(run)) && LATIN.test(behind(run));

function isOrdinary(
  kind: NonNullable<FindingClause["except"]>[number],
  piece: Run,
  run: Run,
  rightToLeft: boolean,
): boolean {
  // An emoji is held together by joiners and selectors, one or two at a time.
  if (kind === "emoji") return run.count <= 2 && run.start > 0 && EMOJI.test(before(run));
  if (kind === "ideograph") return piece.count === 1 && IDEOGRAPH.test(before(piece));
  if (kind === "joined-script") return piece.count === 1 && JOINED.test(before(run));
  if (kind === "right-to-left") return rightToLeft;
  return before(run).codePointAt(0) === BLACK_FLAG && FLAG_TAGS.test(run.text.slice(run.start, run.end));
}
