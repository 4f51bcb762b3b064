import { valuesOf } from "./_rank.ts";
import type { AnyOf, ToolFilter } from "./types.ts";

/** What `tool_search.terms` is asked for. All in the text form of PostgreSQL's tsquery. */
export interface SearchQuery {
  /**
   * The best tools first: those whose name is what was typed, whose name begins so, whose name has all the words, and
   * those that pass at all. Each holds all that is in the one before. Without words there is only the last.
   */
  tiers: string[];
  /**
   * The same, but none holds what is in one before.
   * @param rank only tools of this rank, looked up in lists of their own.
   */
  parts(rank?: number): string[];
  /** The words as they are looked up. */
  words: string[];
  /** How many things are asked for at once. */
  terms: number;
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
  const { tiers } = tiersOf(filter, words, open, "");
  return {
    tiers,
    parts: (rank) => tiersOf(filter, words, open, rank ?? "").parts,
    words: words.flat(),
    terms: words.flat().length + tagsOf(filter, true).length,
  };
}

function tiersOf(filter: ToolFilter, words: string[][], open: boolean, rank: number | "") {
  const bare = filtersOf(filter, rank, false);
  if (words.length === 0) return { tiers: [bare], parts: [bare] };
  const filters = filtersOf(filter, rank, true);
  const all = (sign: string) =>
    words.map((tokens, i) => wordTerm(tokens, sign, open && i === words.length - 1));
  const whole = quoted(`${rank}~${words.flat().join("").slice(0, LONGEST_WHOLE)}`);
  const begins = term(`${rank}^${(words[0] ?? []).join("")}`, open && words.length === 1);
  const named = all(`${rank}=`);
  // What a name begins with is in it, and is not asked for twice: the planner would expect far too few.
  const tiers = [[whole, ...named], [begins, ...named.slice(1)], named, all("")];
  const better = [[], [`!${whole}`], [`!${begins}`, `!${whole}`], [`!(${named.join(" & ")})`]];
  // Words of the text are in no list of a rank: there the filters have to be.
  const of = (tier: number) => (tier === tiers.length - 1 && rank !== "" ? bare : filters);
  return {
    tiers: tiers.map((terms, tier) => [...terms, of(tier)].join(" & ")),
    parts: tiers.map((terms, tier) => [...terms, of(tier), ...(better[tier] ?? [])].join(" & ")),
  };
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

/**
 * What a filter asks for but words.
 * @param isMore whether something of the rank is asked for beside it. Then tools that are served need not be looked up
 * in their list, which holds nearly all: not to be among those that are gone is enough.
 */
function filtersOf(filter: ToolFilter, rank: number | "", isMore: boolean): string {
  const { gone = false } = filter;
  const tags = tagsOf(filter, rank !== "").map((any) => anyTag(any.map((tag) => quoted(`${rank}${tag}`))));
  const isServed = isMore || tags.length > 0 ? `!${quoted(`${rank}#gone`)}` : quoted(`${rank}#served`);
  const shown = gone === false ? isServed : quoted(`${rank}${gone === true ? "#tool" : "#gone"}`);
  const agrees = filter.conflict === false ? [`!${quoted(`${rank}#conflict`)}`] : [];
  return [...tags, shown, ...agrees].join(" & ");
}

const anyTag = (terms: string[]): string => (terms.length === 1 ? terms.join() : `(${terms.join(" | ")})`);

/** What must hold, each as the tags of which one is enough. A rank is of one risk and one category: it need not be asked for them. */
function tagsOf(filter: ToolFilter, isOfRank: boolean): string[][] {
  const { category, risk, facet, finding, rule, conflict, confidence } = filter;
  const any = (name: string, words: AnyOf<string> | undefined) =>
    words === undefined ? [] : [valuesOf(words).map((word) => `#${name}:${word}`)];
  return [
    ...(isOfRank ? [] : any("risk", risk)),
    ...(isOfRank ? [] : any("category", category)),
    ...any("facet", facet),
    ...any("finding", finding),
    ...any("rule", rule),
    ...(conflict === true ? [["#conflict"]] : []),
    ...(confidence === undefined ? [] : [[`#sure:${Math.round(confidence * 10)}`]]),
  ].filter((tags) => tags.length > 0);
}

/** The tools that have a word; of the last one that was typed also those that have one that begins so. */
export function ofWord(word: string, isLast: boolean): string {
  return term(word, isLast);
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
