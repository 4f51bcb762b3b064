import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { type RulePage, ruleSchema } from "./rule-schema.ts";
import { RuleFileError, spellOut, type WrittenRules } from "./spell-out.ts";
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
 * @throws RuleFileError for the first file that does not fit
 */
export function loadRules(folder: string): WrittenRules {
  const lists: WrittenRules["lists"] = {};
  let irregular: Vocabulary["irregular"] = {};
  for (const file of readdirSync(join(folder, "words"))
    .filter((entry) => entry.endsWith(".yaml"))
    .sort()) {
    const name = basename(file, ".yaml");
    const content = parseYaml(readFileSync(join(folder, "words", file), "utf8"), `words/${file}`);
    if (name === "irregular") irregular = check(vocabularySchemas.irregular, content, `words/${file}`);
    else lists[name] = check(vocabularySchemas.list, content, `words/${file}`);
  }
  const pages: RulePage[] = [];
  for (const group of readdirSync(join(folder, "rules")).sort()) {
    for (const file of readdirSync(join(folder, "rules", group)).sort()) {
      const path = `rules/${group}/${file}`;
      pages.push(readRule(readFileSync(join(folder, path), "utf8"), basename(file, ".md"), path));
    }
  }
  const written = { pages, lists, irregular };
  spellOut(written);
  return written;
}

function readRule(source: string, id: string, path: string): RulePage {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
  if (!parts)
    throw new RuleFileError(
      `Reading ${path}: there is no front matter between two lines of "---". Start from another rule.`,
    );
  const rule = check(ruleSchema, parseYaml(parts[1] ?? "", path), path);
  return { id, file: `classifier/${path}`, ...rule, body: (parts[2] ?? "").trim() };
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
