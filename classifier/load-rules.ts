import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { VOCABULARY_LISTS, type Vocabulary } from "./compile.ts";
import { type Clause, type RuleFile, type RulePage, ruleSchema } from "./rule-schema.ts";

/** Rules and vocabulary as read from the files: what `rules.generated.json` holds. */
export interface RuleSet {
  pages: RulePage[];
  vocabulary: Vocabulary;
}

const vocabularySchemas = {
  irregular: z.record(
    z.string(),
    z.strictObject({ present: z.string(), gerund: z.string(), past: z.string() }),
  ),
  list: z.array(z.string().min(1)).min(1),
};

/** A rule or word list that cannot be used; the message names the file, the key, and what was expected. */
export class RuleFileError extends Error {}

/**
 * Reads every rule and word list below a folder. For Node only; browsers and the CLI load what this wrote into
 * `rules.generated.json` (`npm run rules`).
 *
 * @throws RuleFileError for the first file that does not fit
 */
export function loadRules(folder: string): RuleSet {
  const lists = new Map<string, string[]>();
  let irregular: Vocabulary["irregular"] = {};
  for (const file of readdirSync(join(folder, "words"))
    .filter((entry) => entry.endsWith(".yaml"))
    .sort()) {
    const name = basename(file, ".yaml");
    const content = parseYaml(readFileSync(join(folder, "words", file), "utf8"), `words/${file}`);
    if (name === "irregular") irregular = check(vocabularySchemas.irregular, content, `words/${file}`);
    else lists.set(name, check(vocabularySchemas.list, content, `words/${file}`));
  }
  const pages: RulePage[] = [];
  for (const group of readdirSync(join(folder, "rules")).sort()) {
    for (const file of readdirSync(join(folder, "rules", group)).sort()) {
      const path = `rules/${group}/${file}`;
      pages.push(readRule(readFileSync(join(folder, path), "utf8"), basename(file, ".md"), path, lists));
    }
  }
  const vocabulary = Object.fromEntries(VOCABULARY_LISTS.map((name) => [name, lists.get(name) ?? []]));
  return { pages, vocabulary: { irregular, ...vocabulary } as Vocabulary };
}

function readRule(source: string, id: string, path: string, lists: Map<string, string[]>): RulePage {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
  if (!parts)
    throw new RuleFileError(
      `Reading ${path}: there is no front matter between two lines of "---". Start from another rule.`,
    );
  const rule = check(ruleSchema, parseYaml(parts[1] ?? "", path), path);
  return { id, file: `classifier/${path}`, ...spellOut(rule, path, lists), body: (parts[2] ?? "").trim() };
}

/** Replaces each `@list` in a rule by the list's words, also within a phrase: `whether to @list`. */
function spellOut(rule: RuleFile, path: string, lists: Map<string, string[]>): RuleFile {
  const wordsOf = (entry: string): string[] => {
    const list = lists.get(entry.slice(1));
    if (list) return list;
    throw new RuleFileError(
      `Reading ${path}: there is no word list words/${entry.slice(1)}.yaml for "${entry}".`,
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
  const words = (entries: string[]) => entries.flatMap(phrases);
  const clause = (entry: Clause): Clause =>
    Object.fromEntries(Object.entries(entry).map(([key, list]) => [key, [...new Set(words(list))]]));
  return { ...rule, match: { any: rule.match.any.map(clause), not: rule.match.not.map(clause) } };
}

function parseYaml(source: string, path: string): unknown {
  const document = parseDocument(source);
  const [error] = document.errors;
  if (error) throw new RuleFileError(`Reading ${path}: it is not YAML: ${error.message}`);
  return document.toJS();
}

function check<T>(schema: z.ZodType<T>, content: unknown, path: string): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RuleFileError(
    `Reading ${path}: at ${issue?.path.join(".") || "the top"}: ${issue?.message ?? "it does not fit"}.`,
  );
}
