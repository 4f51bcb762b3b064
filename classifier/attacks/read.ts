import type { z } from "zod";
import {
  type AttackData,
  type AttackPattern,
  advisoriesSchema,
  flowsSchema,
  incidentsSchema,
  patternSchema,
  taxonomiesSchema,
} from "./schema.ts";

/** A file of `classifier/attacks` that cannot be used; the message names the file, the key, and what was expected. */
export class AttackFileError extends Error {}

/** A file's path below `classifier/attacks`, and what it holds. */
export interface SourceFile {
  path: string;
  text: string;
}

/**
 * Reads the attack files and checks that they fit each other. At build time only (`npm run rules`); it is given the
 * files' texts and a YAML parser, so that it needs neither a disk nor Node.
 *
 * @throws AttackFileError for the first file that does not fit
 */
export function readAttacks(files: SourceFile[], parseYaml: (text: string) => unknown): AttackData {
  const yaml = <T>(path: string, schema: z.ZodType<T>): T => {
    const file = files.find((entry) => entry.path === path);
    if (!file) throw new AttackFileError(`Reading ${path}: there is no such file in classifier/attacks.`);
    return check(schema, parse(file, file.text, parseYaml), path);
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

function readPattern(file: SourceFile, parseYaml: (text: string) => unknown): AttackPattern {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file.text);
  if (!parts)
    throw new AttackFileError(
      `Reading ${file.path}: there is no front matter between two lines of "---". Start from another pattern.`,
    );
  const pattern = check(patternSchema, parse(file, parts[1] ?? "", parseYaml), file.path);
  const slug = file.path.slice("patterns/".length, -".md".length);
  return { slug, file: `classifier/attacks/${file.path}`, ...pattern, body: (parts[2] ?? "").trim() };
}

/** Every id that one file gives of another must be there. */
function checkReferences({ patterns, taxonomies, incidents, advisories, flows }: AttackData): void {
  const slugs = new Set(patterns.map((pattern) => pattern.slug));
  const want = (known: boolean, where: string, what: string) => {
    if (!known) throw new AttackFileError(`Reading ${where}: there is no ${what}.`);
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

function parse(file: SourceFile, text: string, parseYaml: (text: string) => unknown): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AttackFileError(`Reading ${file.path}: it is not YAML: ${reason}`, { cause });
  }
}

function check<T>(schema: z.ZodType<T>, content: unknown, path: string): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AttackFileError(
    `Reading ${path}: at ${issue?.path.join(".") || "the top"}: ${issue?.message ?? "it does not fit"}.`,
  );
}
