import { z } from "zod";
import { type FindingClause, type FindingKind, findingKindSchema } from "./kind-schema.ts";

/** A file below `classifier/findings`: its path from there, and its text. */
export interface DataFile {
  path: string;
  text: string;
}

const listSchema = z.array(z.string().regex(/^[^\s|@~?!$#]+$/, "a list holds single words")).min(1);

/**
 * Reads the kinds of findings and spells their word lists out. The caller brings the files and the YAML parser, so
 * that nothing here needs a disk.
 *
 * @param files everything below `rules/` and `words/`
 * @throws Error for the first file that does not fit; the message names the file, the key, and what was expected
 */
export function loadFindingKinds(files: DataFile[], parseYaml: (text: string) => unknown): FindingKind[] {
  const lists = new Map<string, string[]>();
  for (const { path, text } of files.filter((file) => file.path.startsWith("words/"))) {
    lists.set(baseName(path), check(listSchema, parseYaml(text), path));
  }
  return files
    .filter((file) => file.path.startsWith("rules/"))
    .map(({ path, text }) => {
      const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
      if (!parts) throw new Error(`Reading ${path}: there is no front matter between two lines of "---".`);
      const kind = check(findingKindSchema, parseYaml(parts[1] ?? ""), path);
      const match = kind.match.map((clause) => spellOut(clause, path, lists));
      const file = `classifier/findings/${path}`;
      return { id: baseName(path), file, ...kind, match, body: (parts[2] ?? "").trim() };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const baseName = (path: string): string => path.replace(/^.*\//, "").replace(/\.\w+$/, "");

/** Puts the words of each `@list` in its place. */
function spellOut(clause: FindingClause, path: string, lists: Map<string, string[]>): FindingClause {
  const words = (name: string): string[] => {
    const list = lists.get(name);
    if (!list) throw new Error(`Reading ${path}: there is no word list words/${name}.yaml for "@${name}".`);
    return list;
  };
  const spelled = { ...clause };
  if (clause.says) {
    spelled.says = clause.says.map((phrase) =>
      phrase.replace(/@([a-z-]+)/g, (_, name: string) => words(name).join("|")),
    );
  }
  if (clause.hosts) {
    spelled.hosts = clause.hosts.flatMap((host) => (host.startsWith("@") ? words(host.slice(1)) : [host]));
  }
  return spelled;
}

function check<T>(schema: z.ZodType<T>, content: unknown, path: string): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") || "the top";
  throw new Error(`Reading ${path}: at ${where}: ${issue?.message ?? "it does not fit"}.`);
}
