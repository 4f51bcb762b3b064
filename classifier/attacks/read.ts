import type { z } from "zod";
import { type DataFile, DataFileError, type ParseYaml, readMarkdown, readYaml } from "../data-file.ts";
import {
  type AttackData,
  type AttackPattern,
  advisoriesSchema,
  flowsSchema,
  incidentsSchema,
  patternSchema,
  taxonomiesSchema,
} from "./schema.ts";

/**
 * Reads the attack files and checks that they fit each other. At build time only (`npm run rules`); it is given the
 * files' texts and a YAML parser, so that it needs neither a disk nor Node.
 *
 * @throws DataFileError for the first file that does not fit
 */
export function readAttacks(files: DataFile[], parseYaml: ParseYaml): AttackData {
  const yaml = <T>(path: string, schema: z.ZodType<T>): T => {
    const file = files.find((entry) => entry.path === path);
    if (!file) throw new DataFileError(`Reading classifier/attacks/${path}: there is no such file.`);
    return readYaml(schema, named(file), parseYaml);
  };
  const data: AttackData = {
    patterns: files
      .filter(({ path }) => /^patterns\/[^/]+\.md$/.test(path))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map((file) => readPattern(file, parseYaml)),
    taxonomies: yaml("taxonomies.yaml", taxonomiesSchema),
    incidents: yaml("incidents.yaml", incidentsSchema),
    advisories: yaml("advisories.yaml", advisoriesSchema),
    flows: yaml("flows.yaml", flowsSchema),
  };
  checkReferences(data);
  return data;
}

/** A file under the name that messages and pages know it by: its path from the repository's root. */
const named = ({ path, text }: DataFile): DataFile => ({ path: `classifier/attacks/${path}`, text });

function readPattern(source: DataFile, parseYaml: ParseYaml): AttackPattern {
  const file = named(source);
  const { head, body } = readMarkdown(patternSchema, file, parseYaml);
  const slug = source.path.slice("patterns/".length, -".md".length);
  return { slug, file: file.path, ...head, body };
}

/** Every id that one file gives of another must be there. */
function checkReferences({ patterns, taxonomies, incidents, advisories, flows }: AttackData): void {
  const slugs = new Set(patterns.map((pattern) => pattern.slug));
  const want = (known: boolean, where: string, what: string) => {
    if (!known) throw new DataFileError(`Reading ${where}: there is no ${what}.`);
  };
  for (const { file, taxonomy, incidents: named } of patterns) {
    for (const [list, ids] of Object.entries(taxonomy)) {
      for (const id of ids)
        want(id in (taxonomies[list]?.entries ?? {}), file, `${id} in the list "${list}"`);
    }
    for (const incident of named) want(incident in incidents, file, `incident "${incident}"`);
  }
  for (const { id, pattern } of advisories)
    want(slugs.has(pattern), `advisories.yaml (${id})`, `pattern "${pattern}"`);
  for (const [id, flow] of Object.entries(flows.flows)) {
    for (const leg of flow.legs) want(leg in flows.legs, `flows.yaml (${id})`, `leg "${leg}"`);
    for (const slug of flow.patterns) want(slugs.has(slug), `flows.yaml (${id})`, `pattern "${slug}"`);
  }
}
