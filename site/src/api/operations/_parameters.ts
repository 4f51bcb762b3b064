/** Parameters and answers that several operations share. */
import { z } from "zod";
import { STARTER } from "../example-subjects.ts";
import type { Answer, Example, Subjects } from "../operation.ts";

const AS_A_SEGMENT = "Percent-encoded as one path segment; its slashes may also stand as they are.";

export const serverParam = z
  .string()
  .describe(`Server id, such as npm/@scope/name. ${AS_A_SEGMENT}`)
  .meta({ examples: ["npm/@modelcontextprotocol/server-memory"] });

export const toolParam = z
  .string()
  .describe(
    "The tool's name, percent-encoded: the last segment. A name that no address can carry (. and .., names with line breaks, names that end in .md) is ~= and the base64url of its UTF-8.",
  )
  .meta({ examples: ["delete_entities"] });

/** The same parameter given again and again: any of the values will do. */
export const anyOf = <Schema extends z.ZodType>(field: Schema) =>
  z
    .array(field)
    .max(50, "is given more than 50 times; give it less often")
    .optional()
    .describe(`${field.description ?? ""} Given again and again: any of them.`);

/** An answer of JSON. */
export const ok = (description: string, schema: z.ZodType): Record<number, Answer> => ({
  200: { description, content: { "application/json": schema } },
});

/** `fields` of a list: only these of its items. */
export function fieldsOf<const Field extends string>(known: readonly Field[]) {
  const choices = `must be of ${known.join(", ")}, with commas between them`;
  const field = z.enum(known as readonly [Field, ...Field[]], { error: choices });
  return z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim()))
    .pipe(z.array(field).max(known.length, choices))
    .transform((names) => [...new Set(names)])
    .optional()
    .meta({
      type: "array",
      items: { type: "string", enum: [...known] },
      description: "Only these fields of each item, with commas between them; all unless told.",
    });
}

/** The fields of an item that were asked for. */
export function pick<Item extends object>(item: Item, fields: readonly string[] | undefined): Partial<Item> {
  if (!fields) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name))) as Partial<Item>;
}

export const [MEMORY = "", EVERYTHING = ""] = STARTER.servers;

/** The example of an operation whose address names what a catalog may lack. */
export function exampleOf<Need extends keyof Subjects>(
  needs: readonly Need[],
  address: (subjects: Pick<Subjects, Need>) => string,
): Example {
  const has = (subjects: Partial<Subjects>): subjects is Pick<Subjects, Need> =>
    needs.every((need) => subjects[need] !== undefined);
  return { address: address(STARTER), of: (subjects) => (has(subjects) ? address(subjects) : undefined) };
}
