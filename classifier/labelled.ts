import { z } from "zod";
import { type ParsedDefinition, parseDefinition } from "./definition.ts";
import { CATEGORIES, FACETS, RISKS } from "./types.ts";

/** Sets of definitions and of labels, as JSON Lines: rows that name their tool by server and name. */

/** What names a tool in a row of any set. */
interface Named {
  server: string;
  name: string;
}

const named = { server: z.string(), name: z.string() };
const category = z.enum(CATEGORIES).exclude(["Unknown"]);

/**
 * A definition as a server served it, and where it comes from. `family`: servers of one origin share it, and are measured
 * or learnt from together.
 */
export const definitionRowSchema = z.looseObject({ ...named, family: z.string().optional() });
export type DefinitionRow = z.infer<typeof definitionRowSchema>;

/** What somebody who read a definition says of it; `alternatives` are other categories that a reader could defend. */
export const labelSchema = z.object({
  ...named,
  category,
  risk: z.enum(RISKS).exclude(["unknown"]),
  alternatives: z.array(category).default([]),
  facets: z.array(z.enum(FACETS)).optional(),
});
export type Label = z.infer<typeof labelSchema>;

const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

/** What of a row the server served; the other keys say where the row comes from, or are its label. */
export function definitionOf(row: DefinitionRow): ParsedDefinition {
  return parseDefinition(
    Object.fromEntries(SERVED.filter((key) => key in row).map((key) => [key, row[key]])),
  );
}

/** Which tool a row is about: the same for its definition and its label. */
export function keyOf({ server, name }: Named): string {
  return JSON.stringify([server, name]);
}

/** The family of a definition: its server, where none is named. */
export function familyOf({ family, server }: DefinitionRow): string {
  return family ?? server;
}

/** A line that is no row. The message is one sentence that names file and line. */
export class RowError extends Error {
  override name = "RowError";
}

/**
 * Reads one line of a set.
 *
 * @param file what the file is called in messages
 * @param number of the line, from 1
 * @throws RowError when the line is not JSON or does not fit the schema
 */
export function parseRow<T>(schema: z.ZodType<T>, text: string, file: string, number: number): T {
  const place = `reading ${file}, line ${number}`;
  const row = schema.safeParse(parseJson(text, place));
  if (row.success) return row.data;
  const [issue] = row.error.issues;
  throw new RowError(`${place}: at "${issue?.path.join(".")}": ${issue?.message}.`);
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RowError(`${place}: it is not JSON. Give JSON Lines, one object a line.`);
  }
}
