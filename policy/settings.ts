import type { z } from "zod";
import { jsonPointer } from "../classifier/json-pointer.ts";

/** A settings file, read; or one sentence for each thing that is wrong in it. */
export type ReadSettings<Value> = { ok: true; value: Value } | { ok: false; problems: string[] };

/** Checks data against a schema and says what is wrong, with its place and what to try. */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  hint: string,
): ReadSettings<z.infer<Schema>> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(
    (issue) => `At ${jsonPointer(issue.path) || "the top"}: ${issue.message}. ${hint}`,
  );
  return { ok: false, problems };
}
