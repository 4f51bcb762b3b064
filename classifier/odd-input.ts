/** What people give in place of tool definitions, and what to give instead: for messages only, after the input was refused. */

import type { JsonError } from "./json-error.ts";
import { isRecord } from "./record.ts";

/** How other things begin than JSON, and what to do about it. The first that fits is told. */
const BEGINNINGS: readonly [RegExp, string][] = [
  [/^```/, "Leave out the lines with ``` around it."],
  [
    /^((event|id|retry):.*\r?\n)*data: ?[[{]/,
    "It is a stream of events: give the JSON that stands behind “data:”.",
  ],
  [/^</, "It is HTML or XML: give the JSON that the server answered to tools/list."],
  [/^(\/\/|\/\*)/, "JSON has no comments: take them out."],
  // Lines of a log have words with a colon too.
  [
    /^(---\s*\n|- |(name|title|description|server|tools|result|mcpServers):(\s|$))/,
    "It looks like YAML: give it as JSON.",
  ],
];

/** Keys under which clients keep their servers. */
const CLIENT_KEYS = ["mcpServers", "mcp_servers", "servers", "context_servers"] as const;

/** In: a text that is not JSON, and where it stops being JSON. Out: one sentence, or undefined for nothing known. */
export function oddText(text: string, error: JsonError | undefined): string | undefined {
  const start = text.slice(0, 200).trimStart();
  const known = BEGINNINGS.find(([begins]) => begins.test(start));
  if (known) return known[1];
  if (error?.found === "the end") return "It stops in the middle: give all of it, to its last bracket.";
  const at = error ? placeOf(text, error) : 0;
  if (error?.found === '"/"' && /[/*]/.test(text[at + 1] ?? ""))
    return "JSON has no comments: take them out.";
  if (error?.found === `"'"`) return "JSON has double quotes, not single ones.";
  const isTrailing =
    (error?.found === '"]"' && error.expected === "a value") ||
    (error?.found === '"}"' && error.expected.startsWith("a key"));
  if (isTrailing && text.slice(0, at).trimEnd().endsWith(","))
    return "Take out the comma behind the last entry: JSON has none there.";
  return undefined;
}

/** In: an object that is no definition and no list of them. Out: what it is, to stand behind "the input is". */
export function oddObject(value: Record<string, unknown>): string | undefined {
  if (CLIENT_KEYS.some((key) => isRecord(value[key])))
    return "the configuration of a client, which names servers and not their tools. “placard crawl --configs” asks the servers of your clients, “placard crawl config:<file>” those of one file";
  if (isRecord(value.tools)) return 'an object whose "tools" is an object too, where a list is wanted';
  if (isModelFunction(value)) return MODEL_FUNCTION;
  if ("jsonrpc" in value && typeof value.method === "string")
    return "a JSON-RPC message that asks, not an answer";
  if ("result" in value && "jsonrpc" in value) return "a JSON-RPC answer without a list of tools in it";
  return undefined;
}

/** What models' APIs call a function has the name one step further in than MCP has it. */
export function isModelFunction(value: unknown): boolean {
  return isRecord(value) && isRecord(value.function);
}

export const MODEL_FUNCTION =
  "a function as APIs of models take it; a definition of MCP has its name at the top, and inputSchema beside it";

/** Of the error, in UTF-16 code units from 0. */
function placeOf(text: string, { line, column }: JsonError): number {
  let start = 0;
  for (let lines = 1; lines < line; lines += 1) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
