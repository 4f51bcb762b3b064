import { parseDefinition } from "./definition.ts";
import { findJsonError } from "./json-error.ts";
import { isModelFunction, MODEL_FUNCTION, oddObject, oddText } from "./odd-input.ts";
import { isRecord } from "./record.ts";
import type { ToolDefinition } from "./types.ts";

/** One entry of the input, in its order: a definition, or why there is none. */
export type Entry = TakenEntry | RefusedEntry;
interface TakenEntry {
  ok: true;
  definition: ToolDefinition;
  server?: string;
}
export interface RefusedEntry {
  ok: false;
  name?: string;
  server?: string;
  problem: string;
  /** Where in the input: `line 3`, `entry 2`, `line 3, entry 2` (both from 1); nothing when it is all there is. */
  place?: string;
}

/** A line of a text, without its end. */
export interface EntryLine {
  text: string;
  /** From 1. */
  number: number;
}

/** The input as a whole is none that holds definitions. The message is one sentence with what to give instead. */
export class NoEntriesError extends Error {
  override name = "NoEntriesError";
}

/**
 * Reads tool definitions: a `tools/list` result, a JSON-RPC response around one, an array, one definition, or JSON
 * Lines of any of these (as `placard crawl --json` prints them). JSON Lines are taken as they come.
 * A `server` key beside a definition or a list is not part of the definition; it is handed on.
 * @param name what the input is called in messages: a file's name, "standard input".
 * @throws NoEntriesError when the input cannot be read at all.
 */
export async function* readEntries(lines: AsyncIterable<EntryLine>, name: string): AsyncGenerator<Entry> {
  const rest = lines[Symbol.asyncIterator]();
  const first = await lineWithText(rest);
  if (!first) throw new NoEntriesError(`reading tool definitions from ${name}: it is empty. ${ACCEPTED}`);
  const parsed = tryParse(first.text);
  if (parsed.ok || /^\s*\{.*\}\s*$/.test(first.text)) yield* readJsonLines(first, rest, name);
  else yield* entriesOf(await readDocument(first, rest, name));
}

const ACCEPTED =
  "Give a tools/list result, an array of tool definitions, one definition, or JSON Lines of definitions.";

async function lineWithText(lines: AsyncIterator<EntryLine>): Promise<EntryLine | undefined> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) return undefined;
    const text = value.number === 1 ? value.text.replace(/^\uFEFF/, "") : value.text;
    if (text.trim() !== "") return { text, number: value.number };
  }
}

async function* readJsonLines(
  first: EntryLine,
  lines: AsyncIterator<EntryLine>,
  name: string,
): AsyncGenerator<Entry> {
  let line: EntryLine | undefined = first;
  let next = await lineWithText(lines);
  const alone = next === undefined;
  while (line) {
    const parsed = tryParse(line.text);
    if (parsed.ok) yield* placed(entriesOf(parsed.value, !alone), alone ? undefined : line.number);
    else if (alone) throw malformed(name, line.text, line.number);
    else {
      const { message } = malformed(undefined, line.text, line.number);
      yield { ok: false, place: `line ${line.number}`, problem: message.replace(/^line \d+, /, "") };
    }
    line = next;
    next = line && (await lineWithText(lines));
  }
}

/** Says of what cannot be taken in which line it stands. */
function* placed(entries: Iterable<Entry>, line: number | undefined): Generator<Entry> {
  for (const entry of entries) {
    if (entry.ok || line === undefined) yield entry;
    else yield { ...entry, place: [`line ${line}`, entry.place].filter(Boolean).join(", ") };
  }
}

async function readDocument(
  first: EntryLine,
  lines: AsyncIterator<EntryLine>,
  name: string,
): Promise<unknown> {
  const parts = [first.text];
  for (let next = await lines.next(); !next.done; next = await lines.next()) parts.push(next.value.text);
  const text = parts.join("\n");
  const parsed = tryParse(text);
  if (!parsed.ok) throw malformed(name, text, first.number);
  return parsed.value;
}

function tryParse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function malformed(name: string | undefined, text: string, startLine: number): NoEntriesError {
  const error = findJsonError(text);
  const where = error
    ? `line ${startLine + error.line - 1}, column ${error.column}: expected ${error.expected}, found ${error.found}`
    : `line ${startLine}: this is not JSON`;
  return new NoEntriesError(
    name === undefined ? where : `reading JSON from ${name}: ${where}. ${oddText(text, error) ?? ACCEPTED}`,
  );
}

/**
 * What one JSON value stands for, in any of the shapes above.
 * @param inList whether it is one of several, where a value of no known shape is an entry too
 * @throws NoEntriesError when it holds no definitions
 */
export function* entriesOf(value: unknown, inList = false, server?: string): Generator<Entry> {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const entry = entryOf(element, server);
      yield entry.ok ? entry : { ...entry, place: `entry ${index + 1}` };
    }
    return;
  }
  if (isRecord(value)) {
    const named = typeof value.server === "string" ? value.server : server;
    if (isRecord(value.result) && Array.isArray(value.result.tools)) {
      yield* entriesOf(value.result.tools, true, named);
      return;
    }
    if (Array.isArray(value.tools)) {
      yield* entriesOf(value.tools, true, named);
      if (named !== undefined) yield* missingOf(value, named);
      return;
    }
    if (isRecord(value.error) && "jsonrpc" in value) {
      throw new NoEntriesError(
        `reading tool definitions: the input is a JSON-RPC error, not an answer. ${ACCEPTED}`,
      );
    }
    if (!inList && !("name" in value)) {
      throw new NoEntriesError(
        `reading tool definitions: the input is ${oddObject(value) ?? 'an object without "tools" and without "name"'}. ${ACCEPTED}`,
      );
    }
  } else if (!inList) {
    throw new NoEntriesError(
      `reading tool definitions: the input is neither an object nor an array. ${ACCEPTED}`,
    );
  }
  yield entryOf(value, server);
}

/**
 * What a line of `placard crawl --json` says is missing from its tools: a gate behind a pipe must not take a server
 * that could not be listed for one without tools.
 */
function* missingOf({ status, reason, problems }: Record<string, unknown>, server: string): Generator<Entry> {
  if (typeof status === "string" && status !== "ok") {
    const why = typeof reason === "string" ? reason : `its crawl ended as ${status}`;
    yield { ok: false, server, problem: withoutStop(why) };
  }
  for (const entry of Array.isArray(problems) ? problems : []) {
    if (!isRecord(entry) || typeof entry.problem !== "string") continue;
    const name = typeof entry.name === "string" ? { name: entry.name } : {};
    yield { ok: false, server, ...name, problem: withoutStop(entry.problem) };
  }
}

/** Problems are ends of sentences here. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function entryOf(value: unknown, listServer: string | undefined): Entry {
  let server = listServer;
  let raw = value;
  if (isRecord(value) && typeof value.server === "string") {
    const { server: own, ...rest } = value;
    server = String(own);
    raw = rest;
  }
  const parsed = parseDefinition(raw);
  if (parsed.ok) return { ok: true, definition: parsed.definition, server };
  if (parsed.name === undefined && isModelFunction(raw))
    return { ok: false, server, problem: `it is ${MODEL_FUNCTION}` };
  return { ok: false, name: parsed.name, server, problem: parsed.problem };
}
