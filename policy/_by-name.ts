import { z } from "zod";

/**
 * An object whose keys are names that others chose, read into one without a prototype: zod's own record drops the key
 * `__proto__`, and with it the rules for a tool of that name.
 *
 * @param value what stands under each name
 * @param nameProblem what is expected instead of a name that is not taken; undefined for one that is
 */
export function byName<Schema extends z.ZodType>(
  value: Schema,
  nameProblem: (name: string) => string | undefined = () => undefined,
) {
  return z.unknown().transform((input, context): Record<string, z.infer<Schema>> => {
    const read: Record<string, z.infer<Schema>> = Object.create(null);
    if (typeof input !== "object" || input === null || Array.isArray(input)) {
      context.addIssue({ code: "invalid_type", expected: "object", input });
      return read;
    }
    for (const [name, entry] of Object.entries(input)) {
      const problem = nameProblem(name);
      const parsed = value.safeParse(entry);
      if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
      else if (parsed.success) read[name] = parsed.data;
      else
        for (const issue of parsed.error.issues) context.addIssue({ ...issue, path: [name, ...issue.path] });
    }
    return read;
  });
}
