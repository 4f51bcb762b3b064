import { z } from "zod";
import { NOTICE, shownName } from "../contain.ts";
import { readDefinition } from "../pasted.ts";
import { definition, notice, tokensSchema, verdictSchema } from "../schemas.ts";
import { defineTool, refused } from "../tool.ts";
import { tokensOf, verdictView } from "../views.ts";

export const classifyDefinition = defineTool({
  name: "classify_definition",
  title: "Classify a definition",
  description: "Read a pasted tool definition and return its verdict. Nothing is stored.",
  input: z.strictObject({
    definition: definition.describe("name, description, inputSchema, annotations, as in tools/list"),
  }),
  output: z.object({ notice, name: z.string(), ...verdictSchema.shape, tokens: tokensSchema }),
  async run(given, { judge }) {
    const read = readDefinition(given.definition);
    if (!read.ok) return refused(`The definition cannot be taken: ${read.problem}.`);
    const { value } = read;
    return {
      ok: true,
      value: {
        notice: NOTICE,
        name: shownName(value.name),
        ...verdictView(judge(value)),
        tokens: await tokensOf(value),
      },
    };
  },
});
