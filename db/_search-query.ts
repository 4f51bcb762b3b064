import type { ToolFilter } from "./types.ts";

/** What `tool_search.terms` is asked for. All in the text form of PostgreSQL's tsquery. */
export interface SearchQuery {
  /**
   * The best tools first: those whose name is what was typed, whose name begins so, whose name has all the words, and
   * those that pass at all. Each holds all that is in the one before. Without words there is only the last.
   * @param rank only tools of this rank, looked up in lists of their own.
   */
  tiers(rank?: number): string[];
  /** The words as they are looked up. */
  words: string[];
}

/** A beginning of a word shorter than this is not completed: half of all words would be meant. */
const SHORTEST_PREFIX = 3;

/**
 * The query for a filter.
 * @param typed the words of the filter's text, each as the parts that `search_tokens` finds in it.
 * @param open whether the last word may also be the beginning of one.
 * @returns undefined when there is no word in the text: nothing can be found with it.
 */
export function searchQuery(filter: ToolFilter, typed: string[][], open: boolean): SearchQuery | undefined {
  const words = typed.filter((tokens) => tokens.length > 0);
  if (words.length === 0 && (filter.text ?? "").trim() !== "") return undefined;
  return { tiers: (rank) => tiersOf(tagsOf(filter), words, open, rank ?? ""), words: words.flat() };
}

function tiersOf(tags: string[], words: string[][], open: boolean, rank: number | ""): string[] {
  const filters = tags.map((tag) => quoted(`${rank}${tag}`));
  if (words.length === 0) return [filters.join(" & ")];
  const all = (sign: string) =>
    words.map((tokens, i) => wordTerm(tokens, sign, open && i === words.length - 1));
  const begins = term(`${rank}^${(words[0] ?? []).join("")}`, open && words.length === 1);
  const whole = quoted(`${rank}~${words.flat().join("").slice(0, LONGEST_WHOLE)}`);
  const named = all(`${rank}=`);
  return [[whole], [begins, ...named], named, all("")].map((terms) => [...filters, ...terms].join(" & "));
}

/** As in `search_name_terms`, in characters. */
const LONGEST_WHOLE = 200;

/** "createIssue" is looked for as one word and as two. */
function wordTerm(tokens: string[], sign: string, isOpen: boolean): string {
  if (tokens.length === 1) return term(sign + tokens[0], isOpen);
  const parts = tokens.map((token, index) => term(sign + token, isOpen && index === tokens.length - 1));
  return `(${term(sign + tokens.join(""), isOpen)} | ${parts.join(" & ")})`;
}

function term(lexeme: string, isOpen: boolean): string {
  return isOpen && lexeme.replace(/^.*[=^]/, "").length >= SHORTEST_PREFIX
    ? `${quoted(lexeme)}:*`
    : quoted(lexeme);
}

function tagsOf(filter: ToolFilter): string[] {
  const { gone = false, category, risk, facet, finding, rule, conflict, confidence } = filter;
  return [
    gone === true ? "#tool" : gone === "only" ? "#gone" : "#served",
    ...(risk === undefined ? [] : [`#risk:${risk}`]),
    ...(category === undefined ? [] : [`#category:${category}`]),
    ...(facet === undefined ? [] : [`#facet:${facet}`]),
    ...(finding === undefined ? [] : [`#finding:${finding}`]),
    ...(rule === undefined ? [] : [`#rule:${rule}`]),
    ...(conflict === true ? ["#conflict"] : []),
    ...(confidence === undefined ? [] : [`#sure:${Math.round(confidence * 10)}`]),
  ];
}

/** The tools that have a word, or one that begins so. */
export function ofWord(word: string): string {
  return term(word, true);
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
