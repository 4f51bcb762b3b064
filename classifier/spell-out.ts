import { DataFileError } from "./data-file.ts";
import type { Clause, RulePage } from "./rule-schema.ts";
import { VOCABULARY_LISTS, type Vocabulary } from "./vocabulary.ts";

/** Rules and word lists as their files have them: what `rules.generated.json` holds. */
export interface WrittenRules {
  /** With `@list` where a list's words stand. */
  pages: RulePage[];
  lists: Record<string, string[]>;
  irregular: Vocabulary["irregular"];
}

/** Rules with the words of the lists that they name, and the words that belong to no rule. */
export interface RuleSet {
  pages: RulePage[];
  vocabulary: Vocabulary;
}

/**
 * Replaces each `@list` in the rules by the list's words, also within a phrase: `whether to @list`.
 *
 * @throws DataFileError for the first list that a rule names and that is not there
 */
export function spellOut({ pages, lists, irregular }: WrittenRules): RuleSet {
  const known = new Map(Object.entries(lists));
  const vocabulary = Object.fromEntries(VOCABULARY_LISTS.map((name) => [name, known.get(name) ?? []]));
  return {
    pages: pages.map((page) => spelledRule(page, known)),
    vocabulary: { irregular, ...vocabulary } as Vocabulary,
  };
}

function spelledRule(rule: RulePage, lists: Map<string, string[]>): RulePage {
  const wordsOf = (entry: string): string[] => {
    const list = lists.get(entry.slice(1));
    if (list) return list;
    throw new DataFileError(
      `Reading ${rule.file}: there is no word list classifier/words/${entry.slice(1)}.yaml for "${entry}".`,
    );
  };
  const phrases = (entry: string): string[] =>
    entry.split(" ").reduce<string[]>(
      (begun, word) => {
        const ends = word.startsWith("@") ? wordsOf(word) : [word];
        return begun.flatMap((start) => ends.map((end) => (start === "" ? end : `${start} ${end}`)));
      },
      [""],
    );
  const clause = (entry: Clause): Clause =>
    Object.fromEntries(
      Object.entries(entry).map(([key, words]) => [key, [...new Set(words.flatMap(phrases))]]),
    );
  return { ...rule, match: { any: rule.match.any.map(clause), not: rule.match.not.map(clause) } };
}
