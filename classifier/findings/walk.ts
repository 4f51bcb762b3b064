import type { ToolDefinition } from "../types.ts";

/** Bounds for strangers' definitions: what lies beyond them is not read, and that is said. */
const MAX_LEVELS = 64;
const MAX_TEXTS = 50_000;
const MAX_LENGTH = 16 * 1024 * 1024;

/** A step of a path: a key, or an index. */
export type PathStep = string | number;

/**
 * Gets each string with the path to it. For a key, the path leads to its value, which comes along: evidence can only
 * point at the key itself where the value is no string.
 */
type Visit = (text: string, path: readonly PathStep[], valueOfKey?: unknown) => void;

/**
 * Visits every string of a definition, keys too: name, descriptions, enum values, defaults, examples, output schema
 * and whatever else a server put there.
 *
 * @returns whether all of it was read
 */
export function walkTexts(definition: ToolDefinition, visit: Visit): boolean {
  const path: PathStep[] = [];
  let texts = 0;
  let length = 0;
  let complete = true;
  const read = (text: string, valueOfKey: unknown): void => {
    texts++;
    length += text.length;
    if (texts > MAX_TEXTS || length > MAX_LENGTH) complete = false;
    else visit(text, path, valueOfKey);
  };
  const descend = (value: object): void => {
    const level = path.length;
    if (level >= MAX_LEVELS) complete = false;
    if (!complete) return;
    path.push("");
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        path[level] = index;
        const child: unknown = value[index];
        if (typeof child === "string") read(child, undefined);
        else if (typeof child === "object" && child !== null) descend(child);
      }
    } else {
      // `for … in` costs a sixth of `Object.keys` here: the definitions of a catalog have few shapes between them.
      for (const key in value) {
        path[level] = key;
        const child = (value as Record<string, unknown>)[key];
        read(key, child ?? null);
        if (typeof child === "string") read(child, undefined);
        else if (typeof child === "object" && child !== null) descend(child);
      }
    }
    path.length = level;
  };
  descend(definition);
  return complete;
}
