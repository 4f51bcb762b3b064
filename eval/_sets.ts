import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { shareOf } from "../classifier/evaluate.ts";
import { CATEGORIES, parseDefinition, RISKS, type ToolDefinition } from "../classifier/index.ts";
import type { Label } from "./_moves.ts";

/** A definition of one of the sets, with its label where it has one. */
export interface Row {
  set: string;
  server: string;
  name: string;
  label?: Label;
  definition: ToolDefinition;
}

/** Definitions of the sets that are there. */
export interface Sets {
  rows: Row[];
  /** Definitions of families that are held back: nobody is to see which of their verdicts are wrong. */
  held: ToolDefinition[];
}

/** What of a row the server served; the other keys say where the row comes from. */
const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

const toolSchema = z.looseObject({ server: z.string(), name: z.string(), family: z.string().optional() });
const labelSchema = z.object({
  server: z.string(),
  name: z.string(),
  category: z.enum(CATEGORIES),
  risk: z.enum(RISKS),
});

const keyOf = ({ server, name }: { server: string; name: string }): string => JSON.stringify([server, name]);

/**
 * Reads the definitions in our own words, and those of the corpus where it is there.
 *
 * @throws SyntaxError or ZodError for the first line of a file that does not fit
 */
export function readSets(root: string, corpus: string): Sets {
  const sets: Sets = { rows: [], held: [] };
  addSet(sets, "own", `${root}/eval/own/tools.jsonl`, [`${root}/eval/own/labels.jsonl`]);
  if (existsSync(`${corpus}/tools-dev.jsonl`)) {
    const labels = ["labels-dev.jsonl", "gold-dev.jsonl"].map((file) => `${corpus}/${file}`);
    addSet(sets, "corpus", `${corpus}/tools-dev.jsonl`, labels);
  }
  return sets;
}

function addSet(sets: Sets, set: string, tools: string, labelFiles: string[]): void {
  const labels = new Map(
    labelFiles
      .flatMap((file) => linesOf(file, labelSchema))
      .map(({ category, risk, ...of }) => [keyOf(of), { category, risk }]),
  );
  for (const tool of linesOf(tools, toolSchema)) {
    const parsed = parseDefinition(Object.fromEntries(SERVED.map((key) => [key, tool[key]])));
    if (!parsed.ok) continue;
    const { definition } = parsed;
    const isHeld = set === "corpus" && shareOf(tool.family ?? tool.server) === "held";
    if (isHeld) sets.held.push(definition);
    else {
      const label = labels.get(keyOf(tool));
      sets.rows.push({ set, server: tool.server, name: tool.name, definition, ...(label ? { label } : {}) });
    }
  }
}

function linesOf<T>(file: string, schema: z.ZodType<T>): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}
