import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type DataFile, readMarkdown, readYaml } from "./data-file.ts";
import { type RulePage, ruleSchema } from "./rule-schema.ts";
import { spellOut, type WrittenRules } from "./spell-out.ts";
import type { Vocabulary } from "./vocabulary.ts";

const vocabularySchemas = {
  irregular: z.record(
    z.string(),
    z.strictObject({ present: z.string(), gerund: z.string(), past: z.string() }),
  ),
  list: z.array(z.string().min(1)).min(1),
};

/**
 * Reads every rule and word list below a folder. For Node only; browsers and the CLI load what this wrote into
 * `rules.generated.json` (`npm run rules`).
 *
 * @throws DataFileError for the first file that does not fit
 */
export function loadRules(folder: string): WrittenRules {
  const lists: WrittenRules["lists"] = {};
  let irregular: Vocabulary["irregular"] = {};
  const read = (path: string): DataFile => ({
    path: `classifier/${path}`,
    text: readFileSync(join(folder, path), "utf8"),
  });
  for (const file of readdirSync(join(folder, "words"))
    .filter((entry) => entry.endsWith(".yaml"))
    .sort()) {
    const name = basename(file, ".yaml");
    const words = read(`words/${file}`);
    if (name === "irregular") irregular = readYaml(vocabularySchemas.irregular, words, parse);
    else lists[name] = readYaml(vocabularySchemas.list, words, parse);
  }
  const pages: RulePage[] = [];
  for (const group of readdirSync(join(folder, "rules")).sort()) {
    for (const file of readdirSync(join(folder, "rules", group)).sort()) {
      const rule = read(`rules/${group}/${file}`);
      const { head, body } = readMarkdown(ruleSchema, rule, parse);
      pages.push({ id: basename(file, ".md"), file: rule.path, ...head, body });
    }
  }
  const written = { pages, lists, irregular };
  spellOut(written);
  return written;
}
