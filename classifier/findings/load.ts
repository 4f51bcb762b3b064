import { z } from "zod";
import { type DataFile, DataFileError, type ParseYaml, readMarkdown, readYaml } from "../data-file.ts";
import { type FindingClause, type FindingKind, findingKindSchema } from "./kind-schema.ts";

const listSchema = z.array(z.string().regex(/^[^\s|@~?!$#]+$/, "a list holds single words")).min(1);

/**
 * Reads the kinds of findings and spells their word lists out. The caller brings the files and the YAML parser, so
 * that nothing here needs a disk.
 *
 * @param files everything below `rules/` and `words/`
 * @throws DataFileError for the first file that does not fit
 */
export function loadFindingKinds(files: DataFile[], parseYaml: ParseYaml): FindingKind[] {
  const lists = new Map<string, string[]>();
  for (const source of files.filter(({ path }) => path.startsWith("words/"))) {
    lists.set(baseName(source.path), readYaml(listSchema, named(source), parseYaml));
  }
  return files
    .filter(({ path }) => path.startsWith("rules/"))
    .map((source) => {
      const file = named(source);
      const { head, body } = readMarkdown(findingKindSchema, file, parseYaml);
      const match = head.match.map((clause) => spellOut(clause, file.path, lists));
      return { id: baseName(file.path), file: file.path, ...head, match, body };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A file under the name that messages and pages know it by: its path from the repository's root. */
const named = ({ path, text }: DataFile): DataFile => ({ path: `classifier/findings/${path}`, text });

const baseName = (path: string): string => path.replace(/^.*\//, "").replace(/\.\w+$/, "");

/** Puts the words of each `@list` in its place. */
function spellOut(clause: FindingClause, path: string, lists: Map<string, string[]>): FindingClause {
  const words = (name: string): string[] => {
    const list = lists.get(name);
    if (!list)
      throw new DataFileError(
        `Reading ${path}: there is no word list classifier/findings/words/${name}.yaml for "@${name}".`,
      );
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
