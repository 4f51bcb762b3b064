import { open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { isRecord } from "../../classifier/record.ts";
import { cleanName, plain } from "../_text.ts";
import { checkTools, toolsOf } from "../answer.ts";
import { countParts, parseJsonText } from "../json-text.ts";
import type { Limits } from "../limits.ts";
import type { Fetched, ParsedAnswer, ParsedSource, SourceKind, SourceOptions } from "../source.ts";

const EXPECTED =
  "a tools/list result, a JSON-RPC response that holds one, an array of tools, or one tool a line";

const SPLIT = "Split it, one file a server.";

/** A recorded list: `file:tools.json`, also one of Docker's registry. Nothing is started and nothing is asked. */
const file: SourceKind = {
  schemes: ["file"],
  usage: "file:<path>",
  parse: parseFileSource,
};
export default file;

function parseFileSource(argument: string, options: SourceOptions): ParsedSource {
  const path = argument.slice("file:".length).replace(/^\/\/(?=\/)/, "");
  if (path === "")
    return {
      ok: false,
      reason: 'Reading the source "file:": no path follows the colon. Write file:tools.json.',
    };
  const name = options.name ?? basename(path).replace(/\.(jsonl?|ndjson)$/i, "");
  const label = `file:${path}`;
  return {
    ok: true,
    source: {
      label,
      async *list() {
        yield { server: `file/${cleanName(name)}`, source: label };
      },
      fetch: (_reference, { limits }) => readRecord(resolve(path), label, limits),
      parse: (raw) => parseRecord(raw.join("\n"), label),
    },
  };
}

async function readRecord(path: string, label: string, { fileBytes, jsonParts }: Limits): Promise<Fetched> {
  const facts = { launch: { transport: "file", clientCapabilities: {} } } as const;
  const fail = (what: string): Fetched => ({
    ok: false,
    status: "failed",
    reason: `Reading ${label}: ${what}`,
    raw: [],
    facts,
  });
  try {
    await using handle = await open(path, "r");
    const stat = await handle.stat();
    if (stat.isDirectory()) return fail("it is a folder. Name a file in it.");
    if (!stat.isFile()) return fail("it is no regular file. Copy what it holds into a file first.");
    if (stat.size > fileBytes)
      return fail(`it is larger than ${Math.round(fileBytes / 1024 / 1024)} MiB, our limit. ${SPLIT}`);
    const bytes = await handle.readFile();
    if (countParts(bytes, jsonParts) > jsonParts)
      return fail(`it holds more than ${jsonParts} values and keys, our limit. ${SPLIT}`);
    const text = bytes.toString("utf8").replace(/^\u{FEFF}/u, "");
    if (text.trim() === "") return fail(`the file is empty. Expected ${EXPECTED}.`);
    return { ok: true, raw: [text], facts, notes: [] };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR")
      return fail("there is no such file. Check the path; it is taken from the folder you are in.");
    if (code === "EACCES" || code === "EPERM")
      return fail("this user may not read the file. Change its permissions or its owner.");
    return fail(`the file could not be read (${plain(String(code ?? error), 200)}).`);
  }
}

function parseRecord(text: string, label: string): ParsedAnswer {
  const whole = parseJsonText(text);
  if (whole.ok) return readValue(whole.value, label);
  const lines = readLines(text);
  if (lines.ok) return { ok: true, ...checkTools(lines.entries) };
  const { line, column, message } = lines.isLines ? lines : whole;
  return {
    ok: false,
    reason: `Reading ${label}: line ${line}, column ${column} is not JSON (${plain(message, 200)}). Expected ${EXPECTED}.`,
  };
}

function readValue(value: unknown, label: string): ParsedAnswer {
  const entries = entriesOf(value);
  if (entries !== undefined) return { ok: true, ...checkTools(entries.map(fromDocker)) };
  if (isRecord(value) && isRecord(value.error)) {
    const { code, message } = value.error;
    return {
      ok: false,
      reason: `Reading ${label}: it holds an error instead of tools (${plain(`${code}, ${message}`, 200)}). Record the list again.`,
    };
  }
  return { ok: false, reason: `Reading ${label}: it is JSON, but holds no tools. Expected ${EXPECTED}.` };
}

function entriesOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return undefined;
  return toolsOf(value) ?? toolsOf(value.result) ?? ("name" in value ? [value] : undefined);
}

/** A tool as the `tools.json` of Docker's registry has it: a list of `arguments` in place of a schema. */
function fromDocker(entry: unknown): unknown {
  if (!isRecord(entry) || "inputSchema" in entry || !Array.isArray(entry.arguments)) return entry;
  const { arguments: list, ...tool } = entry;
  const named = list.filter((one) => isRecord(one) && typeof one.name === "string") as {
    name: string;
    optional?: unknown;
  }[];
  if (named.length < list.length) return entry;
  const properties = Object.fromEntries(
    named.map(({ name, optional: _, ...schema }) => {
      const { desc, ...rest } = schema as Record<string, unknown>;
      return [name, desc === undefined ? rest : { ...rest, description: desc }];
    }),
  );
  const required = named.filter(({ optional }) => optional !== true).map(({ name }) => name);
  return { ...tool, inputSchema: { type: "object", properties, required } };
}

type Lines =
  | { ok: true; entries: unknown[] }
  | { ok: false; isLines: boolean; line: number; column: number; message: string };

/** JSON Lines: a tool a line, or a page a line. It is meant as lines when the first one is JSON by itself. */
function readLines(text: string): Lines {
  const entries: unknown[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = parseJsonText(line);
    if (!parsed.ok)
      return {
        ok: false,
        isLines: entries.length > 0,
        line: index + 1,
        column: parsed.column,
        message: parsed.message,
      };
    const inner = isRecord(parsed.value)
      ? (toolsOf(parsed.value) ?? toolsOf(parsed.value.result))
      : undefined;
    for (const entry of inner ?? [parsed.value]) entries.push(entry);
  }
  return { ok: true, entries };
}
