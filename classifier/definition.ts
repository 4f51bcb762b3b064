import * as z from "zod";
import type { ToolDefinition } from "./types.ts";

/** Longest tool name we take, in UTF-16 code units. MCP asks for at most 128 characters (2026-07-28, Tool.name). */
const MAX_NAME_LENGTH = 512;

/** A call marked as pure, so that a bundle without this check is without zod too. */
const nameSchema = /* @__PURE__ */ makeNameSchema();

function makeNameSchema() {
  return z
    .string({ error: "its name is not a string" })
    .min(1, "its name is empty")
    .max(MAX_NAME_LENGTH, `its name is longer than ${MAX_NAME_LENGTH} characters`)
    .refine((name) => !name.includes("\u0000"), "its name holds a NUL character")
    .refine((name) => name.isWellFormed(), "its name holds half a character (a lone surrogate)");
}

/** Deepest nesting of objects and arrays we take; the deepest seen in 7,000 real definitions is 24. */
const MAX_DEPTH = 200;

/** A definition that can be classified, or why not. `problem` is a sentence's end: "its name is empty". */
export type ParsedDefinition =
  | { ok: true; definition: ToolDefinition }
  | { ok: false; name?: string; problem: string };

/**
 * Looks at one entry of a `tools` list. Only what makes it impossible to tell one tool from another is refused:
 * no object, no usable name, nesting that no reader can follow. Anything else a server got wrong (a description that is a number, a schema without
 * `type`) stays as it was served; the classifier reads around it.
 */
export function parseDefinition(raw: unknown): ParsedDefinition {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return { ok: false, problem: `it is ${describeKind(raw)}, not an object` };
  }
  const name: unknown = (raw as Record<string, unknown>).name;
  const parsed = nameSchema.safeParse(name);
  if (parsed.success) {
    if (isDeeperThan(raw, MAX_DEPTH)) {
      return { ok: false, name: parsed.data, problem: `it is nested deeper than ${MAX_DEPTH} levels` };
    }
    return { ok: true, definition: raw as ToolDefinition };
  }
  const problem = parsed.error.issues[0]?.message ?? "its name cannot be used";
  return typeof name === "string" && name !== ""
    ? { ok: false, name: name.slice(0, 80), problem }
    : { ok: false, problem };
}

function describeKind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return `a ${typeof value}`;
}

/** Walks level by level instead of by recursion: the depth is what we don't trust. */
function isDeeperThan(value: object, limit: number): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const node of level) {
      for (const child of Object.values(node)) {
        if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}
