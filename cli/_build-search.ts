/**
 * The search index of a static site: words of all tools in alphabetical order, cut into files of some 30 KB, so that a
 * browser fetches one file for each word that is typed and a few for what is found. `index.json` says with which word each
 * file begins. One file would be 15 MB for 100,000 tools, and an index by first letters has files of any size.
 *
 * Tools are numbered worst first, so a number says which risk and category a tool has.
 */
import { type Database, searchRows } from "../db/index.ts";
import { toolUrl } from "../site/src/lib/addresses.ts";
import { placeOf } from "./_build-addresses.ts";
import type { Names } from "./_build-names.ts";
import { digestOf, type OutputFile } from "./_build-output.ts";
import type { Units } from "./_build-units.ts";

/** Where the index stands in the output folder. */
const SEARCH_INDEX = "search/index.json";
const UNIT = "search";
/** Characters of a file of words. */
const SHARD = 30_000;
/** Tools in a file of what is found. */
const CHUNK = 200;
/** Words of one tool that are looked at, and characters of a word. */
const WORDS_AT_MOST = 80;
const WORD_AT_MOST = 40;

/** Numbers of the tools that have a word in their name, and of those that have it elsewhere; ascending. */
type Found = [named: number[], said: number[]];

/**
 * Puts the index among the units, unless it was made from the same tools before.
 * @param state another text whenever the tools or their addresses may be others.
 * @param servers when their pages are written: where one disk is too small for all, they come first.
 */
export async function makeSearch(
  database: Database,
  units: Units,
  { names, state, servers }: { names: Names; state: string; servers: Promise<unknown> },
): Promise<void> {
  if (units.keep(UNIT, state)) return;
  const [files] = await Promise.all([searchFiles(database, names), servers]);
  units.put(UNIT, files, state);
}

async function searchFiles(database: Database, names: Names): Promise<OutputFile[]> {
  const words = new Map<string, Found>();
  const tools: string[] = [];
  const ranges: [risk: string, category: string, from: number][] = [];
  for await (const rows of searchRows(database)) {
    for (const { server, name, title, description, category, risk, facets, summary } of rows) {
      const number = tools.length;
      const last = ranges.at(-1);
      if (last?.[0] !== risk || last[1] !== category) ranges.push([risk, category, number]);
      const named = new Set([...wordsOf(name), ...wordsOf(title ?? "")]);
      const said = new Set([...wordsOf(server), ...wordsOf(description)].slice(0, WORDS_AT_MOST));
      for (const word of named) found(words, word)[0].push(number);
      for (const word of said) if (!named.has(word)) found(words, word)[1].push(number);
      // A sign in front: nobody types it, and no word has it.
      for (const facet of facets) found(words, `#${facet}`)[1].push(number);
      const address = placeOf(toolUrl(server, name), names)?.address ?? "/";
      tools.push(JSON.stringify([name, server, address, summary.slice(0, 200)]));
    }
  }
  const shards = shardsOf(words);
  const chunks = Array.from({ length: Math.ceil(tools.length / CHUNK) }, (_, index) => {
    return `[${tools.slice(index * CHUNK, (index + 1) * CHUNK).join(",")}]\n`;
  });
  const content = digestOf(...shards.map(({ body }) => body), ...chunks, JSON.stringify(ranges)).slice(0, 16);
  // A folder for each index: who has read an older index.json does not find files of this one.
  const folder = `search/${content}`;
  const index = {
    folder: content,
    tools: tools.length,
    chunk: CHUNK,
    ranges,
    words: shards.map(({ first }) => first),
  };
  return [
    ...shards.map(({ body }, at) => ({ file: `${folder}/words-${at}.json`, body })),
    ...chunks.map((body, at) => ({ file: `${folder}/tools-${at}.json`, body })),
    { file: SEARCH_INDEX, body: `${JSON.stringify(index)}\n` },
  ];
}

function found(words: Map<string, Found>, word: string): Found {
  const known = words.get(word);
  if (known) return known;
  const fresh: Found = [[], []];
  words.set(word, fresh);
  return fresh;
}

/** `getUserByID: reads a user` → get, user, by, id, reads. The page's script cuts what is typed in the same way. */
export function wordsOf(text: string): string[] {
  const parted = text.replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  const words = parted.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length > 1).map((word) => word.slice(0, WORD_AT_MOST));
}

function shardsOf(words: Map<string, Found>): { first: string; body: string }[] {
  const shards: { first: string; body: string }[] = [];
  let lines: string[] = [];
  let first = "";
  let size = 0;
  const close = () => {
    if (lines.length > 0) shards.push({ first, body: `{${lines.join(",\n")}}\n` });
    lines = [];
    size = 0;
  };
  for (const word of [...words.keys()].sort()) {
    if (lines.length === 0) first = word;
    const line = `${JSON.stringify(word)}:${JSON.stringify((words.get(word) ?? []).map(steps))}`;
    lines.push(line);
    size += line.length;
    if (size > SHARD) close();
  }
  close();
  return shards;
}

/** Ascending numbers as the steps between them, in base 36: "5 1 2z". */
function steps(numbers: number[]): string {
  let before = 0;
  return numbers
    .map((number) => {
      const step = number - before;
      before = number;
      return step.toString(36);
    })
    .join(" ");
}
