/** Verdicts and a policy for definitions that somebody pastes. Pure: the page runs it in a worker of the browser. */
import {
  classify,
  type EntryLine,
  NoEntriesError,
  readEntries,
  safeJson,
  type ToolDefinition,
  type Verdict,
} from "../../../classifier/index.ts";
import { EXPORT_FORMATS } from "../../../policy/export/index.ts";
import { type Corrections, PRESETS } from "../../../policy/index.ts";
import { writePolicy } from "./policy-document.ts";
import { MOST_TOOLS } from "./policy-servers.ts";

/** What one page holds without trouble, in UTF-16 code units. */
export const MOST_CHARACTERS = 16_000_000;
/** Definitions of one paste: more are a catalog, and the command line reads them as they come. */
export const MOST_ENTRIES = 20_000;

export interface JudgedTool {
  server?: string;
  definition: ToolDefinition;
  verdict: Verdict;
}

export interface RefusedTool {
  server?: string;
  name?: string;
  place?: string;
  error: string;
}

export interface JudgedText {
  tools: JudgedTool[];
  /** Entries that cannot be taken as definitions. */
  refused: RefusedTool[];
  /** One line an entry, in the order of the input, as `placard classify --format ndjson` prints them. */
  ndjson: string[];
  /** It is one page of a longer list: the server told where the next begins. */
  goesOn?: true;
}

export type Judged = ({ ok: true } & JudgedText) | { ok: false; problem: string };

/**
 * Classifies all definitions in a text.
 * @param text a tools/list answer, an array, one definition, or JSON Lines of these
 * @param onCount told how many entries were read so far, every few hundred
 * @returns the verdicts, or one sentence why the text holds none
 */
export async function judgeText(
  text: string,
  corrections: Corrections,
  onCount: (count: number) => void = () => {},
): Promise<Judged> {
  if (text.length > MOST_CHARACTERS) {
    return refusal(
      `it has ${figure(text.length)} characters, and this page takes ${figure(MOST_CHARACTERS)}`,
    );
  }
  const found: JudgedText = { tools: [], refused: [], ndjson: [] };
  try {
    for await (const entry of readEntries(linesOf(text), "the text")) {
      if (found.ndjson.length >= MOST_ENTRIES) {
        return refusal(`it has more than ${figure(MOST_ENTRIES)} entries`);
      }
      const known = entry.server === undefined ? {} : { server: entry.server };
      if (entry.ok) {
        const verdict = corrections.apply(classify(entry.definition));
        found.tools.push({ ...known, definition: entry.definition, verdict });
        found.ndjson.push(safeJson({ ...known, ...verdict }));
      } else {
        const { name, place, problem } = entry;
        const refused = {
          ...known,
          ...(name === undefined ? {} : { name }),
          ...(place === undefined ? {} : { place }),
          error: problem,
        };
        found.refused.push(refused);
        found.ndjson.push(safeJson(refused));
      }
      if (found.ndjson.length % 250 === 0) onCount(found.ndjson.length);
    }
  } catch (error) {
    if (!(error instanceof NoEntriesError)) throw error;
    return { ok: false, problem: capital(error.message) };
  }
  if (found.ndjson.length === 0)
    return { ok: false, problem: "There is no tool in the text: its list is empty." };
  return { ok: true, ...found, ...(goesOn(text) ? { goesOn: true } : {}) };
}

/** Whether a list in the text has a next page that is not in it. The entries do not tell. */
function goesOn(text: string): boolean {
  if (!text.includes('"nextCursor"')) return false;
  const whole = pageIn(text);
  if (whole) return whole.goesOn;
  /** By server, whether the last of its pages does: lines may be pages of one list. */
  const last = new Map<unknown, boolean>();
  for (const line of text.split("\n")) {
    const page = line.includes('"tools"') ? pageIn(line) : undefined;
    if (page) last.set(page.server, page.goesOn);
  }
  return [...last.values()].includes(true);
}

interface Listed {
  server?: unknown;
  tools?: unknown;
  nextCursor?: unknown;
  result?: Listed | null;
}

/** Undefined for what is no page of a list. */
function pageIn(json: string): { server: unknown; goesOn: boolean } | undefined {
  try {
    const value = JSON.parse(json) as Listed | null;
    const page = [value?.result, value].find((list) => Array.isArray(list?.tools));
    return page ? { server: value?.server, goesOn: typeof page.nextCursor === "string" } : undefined;
  } catch {
    return undefined;
  }
}

export interface PolicyChoice {
  /** Id of an export format. */
  format: string;
  preset: string;
  /** What the server is called where the definitions do not say. */
  alias: string;
}

export type PastedPolicy =
  | {
      ok: true;
      text: string;
      file: string;
      mediaType: string;
      losses: { what: string; instead: string; tools: string[] }[];
    }
  | { ok: false; problem: string };

/** One policy for all tools of a text: each `server` that it names is one, and all others are one together. */
export function policyOfText(tools: readonly JudgedTool[], choice: PolicyChoice): PastedPolicy {
  const format = EXPORT_FORMATS.find(({ id }) => id === choice.format);
  const preset = PRESETS.find((name) => name === choice.preset);
  if (!format || !preset) return { ok: false, problem: "There is no such format or preset." };
  if (tools.length > MOST_TOOLS) {
    return {
      ok: false,
      problem: `Making a policy: these are ${figure(tools.length)} tools, and one document speaks of ${figure(MOST_TOOLS)} at most. Paste the tools of fewer servers.`,
    };
  }
  const alias = choice.alias.trim() || "pasted";
  const own = `file/${alias}`;
  const servers = [...Map.groupBy(tools, ({ server }) => server ?? own)].map(([server, served]) => ({
    server,
    tools: served,
  }));
  const written = writePolicy(servers, { format, preset, aliases: new Map([[own, alias]]) });
  if (!written.ok) return written;
  return {
    ok: true,
    text: written.text,
    file: format.file,
    mediaType: format.mediaType,
    losses: written.losses,
  };
}

async function* linesOf(text: string): AsyncGenerator<EntryLine> {
  let from = 0;
  for (let number = 1; from <= text.length; number += 1) {
    const end = text.indexOf("\n", from);
    if (end === -1) {
      if (from < text.length) yield { text: text.slice(from), number };
      return;
    }
    yield { text: text.slice(from, end), number };
    from = end + 1;
  }
}

function refusal(why: string): Judged {
  return {
    ok: false,
    problem: `Reading the text: ${why}. The command line takes any number: npx placard classify <file>.`,
  };
}

function figure(number: number): string {
  return number.toLocaleString("en-GB");
}

function capital(sentence: string): string {
  const text = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
