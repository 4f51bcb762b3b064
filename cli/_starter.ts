import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { commandSource, parseSource, type Source, starterSet } from "../crawler/index.ts";
import { nearest } from "./_nearest.ts";
import { Failure } from "./failure.ts";

const optionsShape = {
  arguments: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  name: z.string().min(1).optional(),
};
const sourceEntry = z.strictObject({ source: z.string().min(1), ...optionsShape });
const commandEntry = z.strictObject({ command: z.array(z.string().min(1)).min(1), ...optionsShape });
type Entry = z.infer<typeof sourceEntry> | z.infer<typeof commandEntry>;

/**
 * The servers of a starter set, in order.
 * @param file a YAML list of `{ source | command, arguments?, environment?, name? }`; without it, Placard's own.
 * @throws Failure for a file that cannot be read or a source that cannot be parsed.
 */
export async function readStarter(file: string | undefined): Promise<Source[]> {
  const entries: Entry[] = file === undefined ? starterSet() : await readEntries(file);
  return entries.map((entry) => {
    const parsed =
      "command" in entry ? commandSource(entry.command, entry) : parseSource(entry.source, entry);
    if (!parsed.ok) throw new Failure(parsed.reason);
    return parsed.source;
  });
}

async function readEntries(file: string): Promise<Entry[]> {
  const doing = `Reading the starter set ${file}`;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Failure(
      `${doing}: ${unreadable(error)}. Look at the path, or leave it out for Placard's own set.`,
    );
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Failure(`${doing}: it is not YAML: ${problem} See crawler/starter.yaml for how it is written.`);
  }
  if (!Array.isArray(raw) || raw.length === 0)
    throw new Failure(`${doing}: it is not a list. Write ${SHAPE}.`);
  return raw.map((entry: unknown, index) => {
    const parsed = schemaFor(entry).safeParse(entry);
    if (parsed.success) return parsed.data;
    throw new Failure(`${doing}: entry ${index + 1}${whatIsWrong(parsed.error)}. Write ${SHAPE}.`);
  });
}

const SHAPE = 'a list of entries such as "- source: npm:example-mcp@1.0.0" or "- command: [node, server.js]"';

function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "that is a folder";
  if (code === "EACCES" || code === "EPERM") return "you may not read it";
  return `it cannot be read (${code})`;
}

/** By its key, not by trying both: then the first thing that is wrong is what is wrong. */
function schemaFor(entry: unknown): z.ZodType<Entry> {
  return typeof entry === "object" && entry !== null && "command" in entry ? commandEntry : sourceEntry;
}

/** ` has the key "sorce", which is not known`, `: "env" must be …`: the first thing that is wrong, with its key. */
function whatIsWrong({ issues }: z.ZodError): string {
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const known = Object.keys({ source: 0, command: 0, ...optionsShape });
    const key = String(unknown.keys[0]);
    const [like] = nearest(key, known);
    const hint = like === undefined ? `known keys are ${known.join(", ")}` : `perhaps ${like} is meant`;
    return ` has the key ${JSON.stringify(key)}, which is not known; ${hint}`;
  }
  const [issue] = issues;
  const [key = "", ...rest] = issue?.path ?? [];
  if (key === "") return " is not an object with a source or a command";
  const expected = EXPECTED[String(key)] ?? "something else";
  const place = rest.length === 0 ? "" : ` (look at ${rest.join("/")})`;
  return `: ${JSON.stringify(key)} must be ${expected}${place}`;
}

const EXPECTED: Record<string, string> = {
  source: "there, as text (or command as a list)",
  command: "a list of texts, the program first",
  arguments: "a list of texts",
  environment: "names with texts as values (quote numbers)",
  name: "text that is not empty",
};
