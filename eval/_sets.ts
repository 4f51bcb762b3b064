import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { z } from "zod";
import { shareOf } from "../classifier/evaluate.ts";
import type { ToolDefinition } from "../classifier/index.ts";
import {
  type DefinitionRow,
  definitionOf,
  definitionRowSchema,
  familyOf,
  keyOf,
  type Label,
  labelSchema,
  parseRow,
} from "../classifier/labelled.ts";

/**
 * Sets of definitions: the corpus, which lies beside the checkout or nowhere; `training`, in our own words, which the
 * model learns from; and `own`, in our own words too, which only measures.
 */
export type SetName = "corpus" | "training" | "own";

/** A definition of a set, with its label where it has one. */
export interface SetRow {
  set: SetName;
  server: string;
  family: string;
  name: string;
  definition: ToolDefinition;
  label?: Label;
}

const ROOT = `${import.meta.dirname}/..`;

/** Where the corpus is looked for, when nobody names a folder. */
export const CORPUS = `${ROOT}/../shared/corpus`;

/** The definitions that only measure. */
export function readOwn(): SetRow[] {
  return readSet(
    "own",
    [`${import.meta.dirname}/own/tools.jsonl`],
    [`${import.meta.dirname}/own/labels.jsonl`],
  );
}

/** The definitions in our own words that are there to be learnt from: every file of `training/`, in order of its name. */
export function readTraining(): SetRow[] {
  const folder = `${import.meta.dirname}/training`;
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const paths = files.sort().map((name) => `${folder}/${name}`);
  return readSet("training", paths, paths);
}

/** Whether there is a corpus in a folder. */
export function hasCorpus(folder: string): boolean {
  return existsSync(`${folder}/tools-dev.jsonl`);
}

/**
 * The corpus's definitions of one share of its families, or of all. Which verdicts on those held back are wrong, nobody is
 * to see.
 *
 * @throws when the folder has no corpus; ask `hasCorpus` first
 */
export function readCorpus(folder: string, share: "tune" | "held" | "all"): SetRow[] {
  const labels = ["labels-dev.jsonl", "gold-dev.jsonl"].map((name) => `${folder}/${name}`);
  const rows = readSet("corpus", [`${folder}/tools-dev.jsonl`], labels).filter(
    ({ family }) => share === "all" || shareOf(family) === share,
  );
  // The second reading of some of these says facets, the first does not.
  const second = linesOf(`${folder}/gold-dev-second.jsonl`, labelSchema);
  const facets = new Map(second.map((label) => [keyOf(label), label.facets]));
  for (const { label } of rows) if (label) label.facets ??= facets.get(keyOf(label));
  return rows;
}

/** Labelled ones first, in the order of their labels: training adds up in this order, and its weights depend on it. */
function readSet(set: SetName, definitionFiles: string[], labelFiles: string[]): SetRow[] {
  const definitions = byTool(definitionFiles, definitionRowSchema);
  const labels = byTool(labelFiles, labelSchema);
  const keys = new Set([...labels.keys(), ...definitions.keys()]);
  return [...keys].flatMap((key) => {
    const row = definitions.get(key);
    return row ? rowOf(set, row, labels.get(key)) : [];
  });
}

function rowOf(set: SetName, row: DefinitionRow, label?: Label): SetRow[] {
  const parsed = definitionOf(row);
  if (!parsed.ok) return [];
  const { server, name } = row;
  return [
    { set, server, family: familyOf(row), name, definition: parsed.definition, ...(label && { label }) },
  ];
}

/** The lines of some files, by the tool they are about. */
function byTool<T extends { server: string; name: string }>(
  files: string[],
  schema: z.ZodType<T>,
): Map<string, T> {
  return new Map(files.flatMap((file) => linesOf(file, schema)).map((row) => [keyOf(row), row]));
}

function linesOf<T>(file: string, schema: z.ZodType<T>): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, at) => (line === "" ? [] : [parseRow(schema, line, relative(ROOT, file), at + 1)]));
}
