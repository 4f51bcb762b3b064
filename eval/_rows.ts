/** The labelled definitions that models are trained on, taken apart. For training only. */
import { readdirSync, readFileSync } from "node:fs";
import { branchesOf } from "../classifier/branches.ts";
import { parseDefinition } from "../classifier/definition.ts";
import { shareOf } from "../classifier/evaluate.ts";
import { featuresOf } from "../classifier/features.ts";
import { matchRules } from "../classifier/match.ts";
import type { Matcher } from "../classifier/matcher.ts";
import type { Reading } from "../classifier/model/reading.ts";
import type { Category, Facet, Risk } from "../classifier/types.ts";
import { cluesOf, type Pause, pausesOf } from "./_heard.ts";

/** What somebody who read a definition says of it. */
export interface Label {
  server: string;
  name: string;
  category: Category;
  risk: Risk;
  alternatives: Category[];
  /** Of the definitions labelled with facets, which is most of them. */
  facets?: Facet[];
}

/** A labelled definition, taken apart. */
export interface Row {
  label: Label;
  /** Whether it is one of `training/`: no rule was written by somebody who had read it. */
  isOwn: boolean;
  fold: number;
  reading: Reading;
  /** Clues after name and schema, after everything, and at each pause. */
  fixed: string[];
  all: string[];
  pauses: Pause[];
}

type Tool = Record<string, unknown> & { server: string; name: string; family: string };

/** A definition and its label. */
interface Labelled {
  tool: Tool;
  label: Label;
}

/** Families are spread over so many folds. */
export const FOLDS = 5;

const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

/**
 * The labelled definitions of a corpus, without the families that are held back.
 *
 * @param folder where its files are
 */
export function readCorpus(folder: string, matcher: Matcher): Row[] {
  const file = (name: string) => `${folder}/${name}`;
  const tools = new Map(linesOf<Tool>(file("tools-dev.jsonl")).map((tool) => [keyOf(tool), tool]));
  const labels = new Map(
    ["labels-dev.jsonl", "gold-dev.jsonl"].flatMap((name) =>
      linesOf<Label>(file(name)).map((label) => [keyOf(label), label] as const),
    ),
  );
  // The second reading of these has facets, the first has not.
  for (const { facets, ...second } of linesOf<Label>(file("gold-dev-second.jsonl"))) {
    const label = labels.get(keyOf(second));
    if (label) label.facets = facets;
  }
  return [...labels].flatMap(([key, label]) => {
    const tool = tools.get(key);
    return tool && shareOf(tool.family) === "tune" ? takeApart({ tool, label }, false, matcher) : [];
  });
}

/** The definitions in our own words that are there to be learnt from: every file of `training/`, in order of its name. */
export function readOwn(matcher: Matcher): Row[] {
  const folder = new URL("training/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => linesOf<Tool & Label>(new URL(name, folder)))
    .flatMap((line) => takeApart({ tool: line, label: line }, true, matcher));
}

function takeApart({ tool, label }: Labelled, isOwn: boolean, matcher: Matcher): Row[] {
  const parsed = parseDefinition(Object.fromEntries(SERVED.map((name) => [name, tool[name]])));
  if (!parsed.ok) return [];
  const features = featuresOf(parsed.definition);
  const { matches, withdrawn } = matchRules(matcher, features);
  const { branches, matches: chosen } = branchesOf(features, matcher);
  matches.push(...chosen);
  const reading: Reading = { features, matches, withdrawn, branches, unfinished: matcher.unfinished };
  const [fixed, all] = cluesOf(reading);
  return [{ label, isOwn, fold: foldOf(tool.family), reading, fixed, all, pauses: pausesOf(reading) }];
}

/** Families are spread over the folds by a hash that has nothing to do with the one that holds shares back. */
function foldOf(family: string): number {
  let hash = 7;
  for (const character of family) hash = (hash * 33 + character.charCodeAt(0)) >>> 0;
  return hash % FOLDS;
}

const linesOf = <T>(file: string | URL): T[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

const keyOf = (row: { server: string; name: string }) => JSON.stringify([row.server, row.name]);
