import type { z } from "zod";

/**
 * The files that say what the classifier knows: rules, word lists, attack patterns, kinds of findings. They are read at
 * build time only (`npm run rules`). Nothing here needs Node: callers bring the texts and a YAML parser.
 */

/** A data file: its path below its folder, and what it holds. */
export interface DataFile {
  path: string;
  text: string;
}

export type ParseYaml = (text: string) => unknown;

/** A data file that cannot be used; the message names the file, the key, and what was expected. */
export class DataFileError extends Error {
  override name = "DataFileError";
}

/**
 * Reads a file of YAML that fits a schema.
 *
 * @throws DataFileError when it does not
 */
export function readYaml<T>(schema: z.ZodType<T>, { path, text }: DataFile, parseYaml: ParseYaml): T {
  const parsed = schema.safeParse(parse(path, text, parseYaml));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataFileError(
    `Reading ${path}: at ${issue?.path.join(".") || "the top"}: ${issue?.message ?? "it does not fit"}.`,
  );
}

/**
 * Reads a file of Markdown whose front matter fits a schema.
 *
 * @throws DataFileError when there is none, or it does not fit
 */
export function readMarkdown<T>(
  schema: z.ZodType<T>,
  { path, text }: DataFile,
  parseYaml: ParseYaml,
): { head: T; body: string } {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!parts)
    throw new DataFileError(
      `Reading ${path}: there is no front matter between two lines of "---". Start from another file of its kind.`,
    );
  const head = readYaml(schema, { path, text: parts[1] ?? "" }, parseYaml);
  return { head, body: (parts[2] ?? "").trim() };
}

function parse(path: string, text: string, parseYaml: ParseYaml): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataFileError(`Reading ${path}: it is not YAML: ${reason}`, { cause });
  }
}
