import { parseDefinition, type ToolDefinition } from "../classifier/index.ts";
import { findJsonError } from "./_json-error.ts";
import { type Line, nameOf, readLines } from "./_lines.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief } from "./render/text.ts";

/** One entry of the input, in its order: a definition, or why there is none. */
export type Entry = Taken | Refused;
interface Taken {
  ok: true;
  definition: ToolDefinition;
  server?: string;
}
interface Refused {
  ok: false;
  name?: string;
  server?: string;
  problem: string;
  /** Where in the input: `line 3`, `entry 2`, `line 3, entry 2` (both from 1); nothing when it is all there is. */
  place?: string;
}

/**
 * Reads tool definitions from a file or stdin ("-"): a `tools/list` result, a JSON-RPC response around one, an array,
 * one definition, or JSON Lines of any of these (as `placard crawl --json` prints them). JSON Lines are streamed.
 * A `server` key beside a definition or a list is not part of the definition; it is handed on.
 * @throws Failure when the input cannot be read at all.
 */
export async function* readDefinitions(path: string, io: Io): AsyncGenerator<Entry> {
  const lines = readLines(path, io);
  const first = await lineWithText(lines);
  if (!first) throw new Failure(`reading tool definitions from ${nameOf(path)}: it is empty. ${ACCEPTED}`);
  const parsed = tryParse(first.text);
  if (parsed.ok || /^\s*\{.*\}\s*$/.test(first.text)) yield* readJsonLines(first, lines, path);
  else yield* entriesOf(await readDocument(first, lines, path));
}

const ACCEPTED =
  "Give a tools/list result, an array of tool definitions, one definition, or JSON Lines of definitions.";

async function lineWithText(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return undefined;
    const text = value.number === 1 ? value.text.replace(/^\uFEFF/, "") : value.text;
    if (text.trim() !== "") return { text, number: value.number };
  }
}

async function* readJsonLines(first: Line, lines: AsyncGenerator<Line>, path: string): AsyncGenerator<Entry> {
  let line: Line | undefined = first;
  let next = await lineWithText(lines);
  const alone = next === undefined;
  while (line) {
    const parsed = tryParse(line.text);
    if (parsed.ok) yield* placed(entriesOf(parsed.value, !alone), alone ? undefined : line.number);
    else if (alone) throw malformed(path, line.text, line.number);
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

async function readDocument(first: Line, lines: AsyncGenerator<Line>, path: string): Promise<unknown> {
  const parts = [first.text];
  for await (const { text } of lines) parts.push(text);
  const text = parts.join("\n");
  const parsed = tryParse(text);
  if (!parsed.ok) throw malformed(path, text, first.number);
  return parsed.value;
}

function tryParse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function malformed(path: string | undefined, text: string, startLine: number): Failure {
  const error = findJsonError(text);
  const where = error
    ? `line ${startLine + error.line - 1}, column ${error.column}: expected ${error.expected}, found ${error.found}`
    : `line ${startLine}: this is not JSON`;
  return new Failure(path === undefined ? where : `reading JSON from ${nameOf(path)}: ${where}. ${ACCEPTED}`);
}

/** What one JSON value stands for. `inList`: one of several lines, where a value of no known shape is an entry too. */
function* entriesOf(value: unknown, inList = false, server?: string): Generator<Entry> {
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
      throw new Failure(
        `reading tool definitions: the input is a JSON-RPC error, not an answer. ${ACCEPTED}`,
      );
    }
    if (!inList && !("name" in value)) {
      throw new Failure(
        `reading tool definitions: the input is an object without "tools" and without "name". ${ACCEPTED}`,
      );
    }
  } else if (!inList) {
    throw new Failure(`reading tool definitions: the input is neither an object nor an array. ${ACCEPTED}`);
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

/** What was left out of this input, for people: `"send" (tools.json, entry 2)`, `tools.json, line 3`. */
export function leftOut({ name, place }: Refused, path: string): string {
  const where = place === undefined ? nameOf(path) : `${nameOf(path)}, ${place}`;
  return name === undefined || name === "" ? `an entry (${where})` : `"${brief(name, 60)}" (${where})`;
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
  return { ok: false, name: parsed.name, server, problem: parsed.problem };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
