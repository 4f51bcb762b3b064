import type { Verdict } from "../classifier/index.ts";
import type { SetName } from "./_sets.ts";

/** What two readings of a definition are compared by. */
type Said = Pick<Verdict, "category" | "risk">;

/** A definition and what two classifiers say of it. */
export interface Pair {
  /** Which set of definitions it is from. */
  set: SetName;
  server: string;
  name: string;
  /** What somebody said who read it, where anybody did. */
  label?: Said;
  before: Verdict;
  now: Verdict;
}

/** A verdict whose category or risk is another one. */
export interface Move extends Pair {
  /** Whether it is as labelled now and was not, was and is not, neither, or nobody labelled it. */
  outcome: "mended" | "broken" | "still wrong" | "not labelled";
  /** Rules that speak now and did not, and the other way round. */
  came: string[];
  went: string[];
}

/** Whether two say another category or risk of the same definition. */
export function isOther(one: Said, other: Said): boolean {
  return one.category !== other.category || one.risk !== other.risk;
}

const OUTCOMES: Move["outcome"][] = ["broken", "still wrong", "mended", "not labelled"];

/** The verdicts that moved: those that went wrong first, then by set, server and name. */
export function movesOf(pairs: Pair[]): Move[] {
  const moves = pairs
    .filter(({ before, now }) => isOther(before, now))
    .map((pair): Move => {
      const [earlier, later] = [rulesOf(pair.before), rulesOf(pair.now)];
      return {
        ...pair,
        outcome: outcomeOf(pair),
        came: [...later].filter((rule) => !earlier.has(rule)),
        went: [...earlier].filter((rule) => !later.has(rule)),
      };
    });
  const key = ({ set, server, name }: Move) => JSON.stringify([set, server, name]);
  return moves.sort(
    (one, other) =>
      OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome) || (key(one) < key(other) ? -1 : 1),
  );
}

function outcomeOf({ label, before, now }: Pair): Move["outcome"] {
  if (!label) return "not labelled";
  if (!isOther(now, label)) return "mended";
  return isOther(before, label) ? "still wrong" : "broken";
}

const rulesOf = ({ evidence }: Verdict): Set<string> => new Set(evidence.map(({ rule }) => rule));

/** The moves in words, a few lines for each of the first `limit` ones. */
export function renderMoves(moves: Move[], limit: number): string {
  const shown = moves.slice(0, limit).map(renderMove);
  if (moves.length > limit)
    shown.push(`and ${moves.length - limit} more: --limit ${moves.length} lists them all`);
  return shown.map((text) => `${text}\n`).join("\n");
}

function renderMove({ set, server, name, label, before, now, outcome, came, went }: Move): string {
  const said = ({ category, risk }: Said) => `${category} ${risk}`;
  const rules = [
    ...(came.length > 0 ? [`speaks now: ${came.join(", ")}`] : []),
    ...(went.length > 0 ? [`no longer: ${went.join(", ")}`] : []),
  ];
  return [
    `${set}  ${server}  ${name}`,
    `  ${said(before)} → ${said(now)}${label ? `; labelled ${said(label)}: ${outcome}` : ""}`,
    ...(rules.length > 0 ? [`  ${rules.join("; ")}`] : []),
    `  ${now.because}`,
  ].join("\n");
}

/** How many moved, and which way. */
export function renderSummary(moves: Move[], read: number): string {
  const count = (outcome: Move["outcome"]) => moves.filter((move) => move.outcome === outcome).length;
  const moved = moves.length === 1 ? "1 verdict" : `${moves.length} verdicts`;
  return (
    `${read} definitions read, ${moved} moved. Mended, by their labels: ${count("mended")}; broken: ${count("broken")}; ` +
    `wrong as before: ${count("still wrong")}; not labelled: ${count("not labelled")}.`
  );
}
