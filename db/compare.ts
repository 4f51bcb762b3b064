import { CATEGORIES, digestOf, RISKS, type ToolDefinition } from "../classifier/index.ts";
import type { Change, ChangeKind, ToolState } from "./types.ts";

/** A tool in a list, with what the verdict on it says. */
export interface ListedTool extends ToolState {
  definition: ToolDefinition;
}

interface Pair {
  before: ListedTool;
  after: ListedTool;
}

/**
 * What one list of a server has that the list before had not. Pure. A definition that is the same to the byte has not
 * changed, whatever the rules say of it by now: a verdict counts as changed only where the server changed something.
 * @param before the tools of the last good list.
 * @param after those of the new one.
 * @returns changes in the order of the new list, then the tools that were removed.
 */
export function compareLists(before: ListedTool[], after: ListedTool[]): Change[] {
  const known = new Map(before.map((tool) => [tool.name, tool]));
  const served = new Set(after.map((tool) => tool.name));
  const removed = before.filter((tool) => !served.has(tool.name));
  const added = after.filter((tool) => !known.has(tool.name));
  const renamed = findRenamed(removed, added);
  const changes = after.flatMap((tool) => {
    const old = known.get(tool.name);
    if (old) return comparePair({ before: old, after: tool });
    const former = renamed.get(tool);
    return former
      ? [changeOf("tool-renamed", former, tool), ...comparePair({ before: former, after: tool })]
      : [changeOf("tool-added", undefined, tool)];
  });
  const formers = new Set(renamed.values());
  const gone = removed.filter((tool) => !formers.has(tool));
  return [...changes, ...gone.map((tool) => changeOf("tool-removed", tool, undefined))];
}

/**
 * New tools that are old ones under a new name: the schema and the description are the same, or at least a schema that
 * says something. Where two fit, nobody can tell, and none is taken.
 */
function findRenamed(removed: ListedTool[], added: ListedTool[]): Map<ListedTool, ListedTool> {
  const renamed = new Map<ListedTool, ListedTool>();
  if (removed.length === 0 || added.length === 0) return renamed;
  for (const keyOf of [likeness, shape]) {
    const formers = new Set(renamed.values());
    const old = uniqueBy(
      removed.filter((tool) => !formers.has(tool)),
      keyOf,
    );
    const fresh = uniqueBy(
      added.filter((tool) => !renamed.has(tool)),
      keyOf,
    );
    for (const [key, tool] of fresh) {
      const former = old.get(key);
      if (former) renamed.set(tool, former);
    }
  }
  return renamed;
}

function likeness({ definition }: ListedTool): string | undefined {
  const { inputSchema, description } = definition;
  return description === undefined ? undefined : digestOf({ name: "", inputSchema, description });
}

/** A schema without a property fits too many tools to be told by. */
function shape({ definition: { inputSchema } }: ListedTool): string | undefined {
  if (typeof inputSchema !== "object" || inputSchema === null || !("properties" in inputSchema))
    return undefined;
  const { properties } = inputSchema;
  const says = typeof properties === "object" && properties !== null && Object.keys(properties).length > 0;
  return says ? digestOf({ name: "", inputSchema }) : undefined;
}

function uniqueBy(
  tools: ListedTool[],
  keyOf: (tool: ListedTool) => string | undefined,
): Map<string, ListedTool> {
  const found = new Map<string, ListedTool>();
  const twice = new Set<string>();
  for (const tool of tools) {
    const key = keyOf(tool);
    if (key === undefined) continue;
    if (found.has(key)) twice.add(key);
    found.set(key, tool);
  }
  for (const key of twice) found.delete(key);
  return found;
}

function comparePair(pair: Pair): Change[] {
  const { before, after } = pair;
  if (before.digest === after.digest) return [];
  const kinds: ChangeKind[] = [];
  if (differs(pair, ["title", "description"])) kinds.push("description-changed");
  if (differs(pair, ["inputSchema", "outputSchema"])) kinds.push("schema-changed");
  if (differs(pair, ["annotations"])) kinds.push("annotations-changed");
  const found = kinds.map((kind) => changeOf(kind, before, after));
  return isSameVerdict(pair)
    ? found
    : [...found, { ...changeOf("verdict-changed", before, after), worse: isWorse(pair) }];
}

function differs({ before, after }: Pair, keys: string[]): boolean {
  return part(before.definition, keys) !== part(after.definition, keys);
}

/** The digest ignores the order of keys, as a reader of the definition does. */
function part(definition: ToolDefinition, keys: string[]): string {
  const kept = keys.filter((key) => definition[key] !== undefined).map((key) => [key, definition[key]]);
  return digestOf({ name: "", ...Object.fromEntries(kept) });
}

function isSameVerdict({ before, after }: Pair): boolean {
  return (
    before.risk === after.risk &&
    before.category === after.category &&
    before.facets.length === after.facets.length &&
    before.facets.every((facet) => after.facets.includes(facet))
  );
}

/** What is not known any more is not better than what was: from Unknown to anything and back is no comfort. */
function isWorse({ before, after }: Pair): boolean {
  return (
    severity(RISKS, after.risk) > severity(RISKS, before.risk) ||
    severity(CATEGORIES, after.category) > severity(CATEGORIES, before.category) ||
    after.facets.some((facet) => !before.facets.includes(facet))
  );
}

/** Place on the scale; what is unknown stands just above the lowest that is known. */
function severity<Word>(scale: readonly Word[], word: Word): number {
  const place = scale.indexOf(word);
  return place === 0 ? 1.5 : place;
}

function changeOf(kind: ChangeKind, before: ListedTool | undefined, after: ListedTool | undefined): Change {
  return {
    kind,
    tool: after?.name ?? before?.name ?? "",
    worse: false,
    ...(before && { before: stateOf(before) }),
    ...(after && { after: stateOf(after) }),
  };
}

function stateOf({ name, digest, category, risk, facets }: ListedTool): ToolState {
  return { name, digest, category, risk, facets };
}
