/** How a tool of ours is described, and how its answers go out. */
import type { CallToolResult, McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { z } from "zod";
import { harmlessJson, shown } from "./contain.ts";
import { inWords, placeOf } from "./in-words.ts";
import type { ToolContext } from "./types.ts";

/** An answer, or the sentence that says why there is none and what to try. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; problem: string };

/** @param problem one sentence: why there is no answer, and what to try */
export const refused = (problem: string) => ({ ok: false as const, problem });

export interface ToolSettings<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  run(input: z.output<Input>, context: ToolContext): Promise<Outcome<z.input<Output>>>;
}

export interface CatalogTool {
  name: string;
  title: string;
  description: string;
  register(server: McpServer, context: ToolContext): void;
}

/** All of them only read, always answer the same, and reach nothing but the catalog. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
/** Errors whose message is made for whoever asked. */
const TOLD = new Set(["CursorError", "SlowListError", "UnavailableError"]);

/** A tool of ours; whatever goes wrong in it becomes an answer that says so. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  settings: ToolSettings<Input, Output>,
): CatalogTool {
  const { name, title, description, input, output, run } = settings;
  const inputSchema = asListed(input);
  const outputSchema = asListed(output);
  return {
    name,
    title,
    description,
    register(server, context) {
      const listed = { title, description, inputSchema, outputSchema, annotations: ANNOTATIONS };
      server.registerTool(name, listed, async (given) => {
        try {
          const outcome = await run(given, context);
          return outcome.ok ? answered(outcome.value) : failed(outcome.problem);
        } catch (error) {
          return failed(sentenceFor(error, name, context));
        }
      });
    },
  };
}

/** The same twice: for programs, and as text for clients that know no structured content. */
function answered(value: object): CallToolResult {
  const text = harmlessJson(value);
  return { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
}

function failed(problem: string): CallToolResult {
  return { content: [{ type: "text", text: shown(problem, 1_500) }], isError: true };
}

function sentenceFor(error: unknown, tool: string, context: ToolContext): string {
  if (error instanceof Error && TOLD.has(error.name)) return error.message;
  context.note(`placard: ${tool} failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return "Placard could not answer this. The fault is ours or the database's: try again, or look at its log.";
}

/** A schema as the list shows it (made once, without the dialect, which is the default one) and arguments are held to. */
function asListed<Schema extends z.ZodObject>(
  schema: Schema,
): StandardSchemaWithJSON<z.input<Schema>, z.output<Schema>> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" });
  return {
    "~standard": {
      version: 1,
      vendor: "placard",
      validate(value) {
        const read = schema.safeParse(value, { error: inWords });
        if (read.success) return { value: read.data };
        const [issue] = read.error.issues;
        const path = issue ? placeOf(issue).map((key) => shown(String(key), 60)) : [];
        return { issues: [{ message: shown(issue?.message ?? "cannot be taken", 600), path }] };
      },
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}
