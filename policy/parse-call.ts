import { isRecord } from "../classifier/record.ts";
import { folded } from "./_condition.ts";
import type { ToolCall } from "./evaluate.ts";

export type ParsedCall =
  | { ok: true; call: ToolCall; id: string | number | null | undefined }
  | { ok: false; kind: "not JSON" | "batch" | "not a tool call" | "ambiguous"; why: string };

/**
 * Reads a JSON-RPC request `tools/call` (MCP 2025-11-25) so that nobody after us can read another call in it.
 * What is refused: a batch, as a whole, since its calls would have to be answered one by one; a key that stands twice
 * in one object, at any depth; a second spelling of `method`, `params`, `name` or `arguments` in another case. Forward
 * the call that comes out, written anew, never the text that came in.
 *
 * @param text one message
 */
export function parseCall(text: string): ParsedCall {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return {
      ok: false,
      kind: "not JSON",
      why: "The message is not one JSON text; send one request a message.",
    };
  }
  if (Array.isArray(message)) {
    return {
      ok: false,
      kind: "batch",
      why: "The message is a batch; it is refused as a whole, send its calls one by one.",
    };
  }
  const double = repeatedKey(text);
  if (double !== undefined) return ambiguous(`has the key ${JSON.stringify(double)} twice in one object`);
  if (!isRecord(message)) return noCall("is not an object");
  const { method, params } = message as { method?: unknown; params?: unknown };
  const variant = variantOf(message, ["jsonrpc", "id", "method", "params"]);
  if (variant) return ambiguous(`has the key ${JSON.stringify(variant)}, which differs only in case`);
  if (method !== "tools/call") return noCall("has another method than tools/call");
  if (!isRecord(params)) return noCall("has no params");
  const inside = variantOf(params, ["name", "arguments"]);
  if (inside) return ambiguous(`has the key ${JSON.stringify(inside)}, which differs only in case`);
  const { name, arguments: args } = params as { name?: unknown; arguments?: unknown };
  if (typeof name !== "string" || name === "") return noCall("names no tool");
  if (args !== undefined && !isRecord(args)) return noCall("has arguments that are no object");
  const { id } = message as { id?: unknown };
  if (id !== undefined && id !== null && typeof id !== "string" && typeof id !== "number")
    return noCall("has an id that is neither text nor number");
  return { ok: true, call: args === undefined ? { tool: name } : { tool: name, args }, id };
}

function ambiguous(what: string): ParsedCall {
  return {
    ok: false,
    kind: "ambiguous",
    why: `The message ${what}: two readers could see two calls. Send each key once.`,
  };
}

function noCall(what: string): ParsedCall {
  return { ok: false, kind: "not a tool call", why: `The message ${what}; it is no call of a tool.` };
}

function variantOf(object: object, keys: readonly string[]): string | undefined {
  return Object.keys(object).find((key) => !keys.includes(key) && keys.includes(folded(key)));
}

/** The first key that stands twice in one object, as read; `text` has been read as JSON. Not recursive. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') {
      const end = stringEnd(text, index);
      const keys = open.at(-1);
      if (atKey && keys) {
        const key = JSON.parse(text.slice(index, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
        atKey = false;
      }
      index = end - 1;
    } else if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : undefined);
      atKey = character === "{";
    } else if (character === "}" || character === "]") {
      open.pop();
      atKey = false;
    } else if (character === ",") atKey = open.at(-1) !== undefined;
  }
  return undefined;
}

/** Just after the string that starts at `from`. */
function stringEnd(text: string, from: number): number {
  let index = from + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}
