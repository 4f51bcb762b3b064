/**
 * Searches a static site: reads the index that `placard build` writes, a file for each word that is asked for. All words
 * must be there; the last may be the beginning of one. Tools come with the words in their names first, worst first.
 * Words that no tool has are taken for one where they are one together, else each for the likeliest other one, or two.
 */
import { joined, respelled } from "../lib/search-spelling.ts";

interface Index {
  /** The folder of the other files. */
  folder: string;
  tools: number;
  /** Tools in a file. */
  chunk: number;
  /** The risk and category of all tools from a number on. */
  ranges: [risk: string, category: string, from: number][];
  /** With which word each file of words begins. */
  words: string[];
}

/** Numbers of tools that have a word in their names, and of those that have it elsewhere. */
type Found = [named: string, said: string];
type Tool = [name: string, server: string, address: string, summary: string];

const SHOWN = 50;
/** Words that the beginning of one may stand for. */
const LIKE_AT_MOST = 200;

const status = document.getElementById("search-status");
const list = document.getElementById("search-results");
const link = document.getElementById("search-index");
const answers = new Map<string, Promise<unknown>>();

function load<Value>(address: string): Promise<Value> {
  const known = answers.get(address) ?? fetch(address).then((answer) => answer.json());
  answers.set(address, known);
  return known as Promise<Value>;
}

/** As the index was cut. */
function wordsOf(text: string): string[] {
  const parted = text.replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  const words = parted.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length > 1).map((word) => word.slice(0, 40));
}

/** Points by tool: 2 for a word in its name, 1 for one elsewhere. */
async function pointsOf(
  word: string,
  like: boolean,
  index: Index,
  root: string,
): Promise<Map<number, number>> {
  const points = new Map<number, number>();
  let left = LIKE_AT_MOST;
  for (let at = shardOf(word, index); at < index.words.length && left > 0; at += 1) {
    if (at > shardOf(word, index) && !(like && (index.words[at] ?? "").startsWith(word))) break;
    const shard = await load<Record<string, Found>>(`${root}${index.folder}/words-${at}.json`);
    for (const [known, [named, said]] of Object.entries(shard)) {
      if (known !== word && !(like && known.startsWith(word))) continue;
      for (const number of numbers(said)) points.set(number, Math.max(points.get(number) ?? 0, 1));
      for (const number of numbers(named)) points.set(number, known === word ? 3 : 2);
      left -= 1;
    }
  }
  return points;
}

/** The words of the file that this one would be in; facets stand among them behind a sign. */
async function wordsAround(word: string, index: Index, root: string): Promise<string[]> {
  if (index.words.length === 0) return [];
  const shard = await load<Record<string, Found>>(
    `${root}${index.folder}/words-${shardOf(word, index)}.json`,
  );
  return Object.keys(shard).filter((known) => !known.startsWith("#"));
}

/** The words that are looked for, with those that no tool has replaced where something is like them. */
async function correct(words: string[], index: Index, root: string): Promise<string[]> {
  const corrected = await Promise.all(
    words.map(async (word, at) => {
      const { size } = await pointsOf(word, at === words.length - 1, index, root);
      return size > 0
        ? [word]
        : ((await respelled(word, (near) => wordsAround(near, index, root))) ?? [word]);
    }),
  );
  return corrected.flat();
}

/** The last file that does not begin behind the word. */
function shardOf(word: string, { words }: Index): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? "") <= word) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** "5 1 2z" → 5, 6, 105. */
function numbers(steps: string): number[] {
  let number = 0;
  if (steps === "") return [];
  return steps.split(" ").map((step) => {
    number += Number.parseInt(step, 36);
    return number;
  });
}

/** Whether a tool's number lies where that risk and category do. */
function fits(number: number, { ranges }: Index, risk: string, category: string): boolean {
  const range = ranges.findLast(([, , from]) => from <= number);
  return (risk === "" || range?.[0] === risk) && (category === "" || range?.[1] === category);
}

/** All tools of that risk and category, for when nothing else is asked for. */
function allOf(index: Index, risk: string, category: string): Map<number, number> {
  const points = new Map<number, number>();
  for (const [at, [, , from]] of index.ranges.entries()) {
    if (!fits(from, index, risk, category)) continue;
    const to = index.ranges[at + 1]?.[2] ?? index.tools;
    for (let number = from; number < to; number += 1) points.set(number, 0);
  }
  return points;
}

async function search(params: URLSearchParams): Promise<void> {
  const address = link?.getAttribute("href");
  if (!address || !status || !list) return;
  for (const [name, value] of params) {
    const field = document.querySelector<HTMLInputElement | HTMLSelectElement>(
      `main [name="${CSS.escape(name)}"]`,
    );
    if (field) field.value = value;
  }
  const typed = wordsOf(params.get("text") ?? "").slice(0, 12);
  const [facet = "", risk = "", category = ""] = ["facet", "risk", "category"].map(
    (name) => params.get(name) ?? "",
  );
  if (typed.length === 0 && facet + risk + category === "") return;
  status.textContent = "Searching …";
  const root = address.replace(/index\.json$/, "");
  const index = await load<Index>(address);
  const find = async (words: string[]) => {
    const asked = await Promise.all([
      ...words.map((word, at) => pointsOf(word, at === words.length - 1, index, root)),
      ...(facet === "" ? [] : [pointsOf(`#${facet}`, false, index, root)]),
    ]);
    if (asked.length === 0) asked.push(allOf(index, risk, category));
    const [first, ...others] = asked.sort((a, b) => a.size - b.size);
    return [...(first ?? [])]
      .filter(([number]) => others.every((points) => points.has(number)))
      .filter(([number]) => fits(number, index, risk, category))
      .map(([number, points]) => ({
        number,
        points: others.reduce((sum, more) => sum + (more.get(number) ?? 0), points),
      }))
      .sort((a, b) => b.points - a.points || a.number - b.number);
  };
  let words = typed;
  let found = await find(words);
  for (const reading of joined(typed)) {
    if (found.length > 0) break;
    words = reading;
    found = await find(words);
  }
  if (found.length === 0) {
    words = await correct(typed, index, root);
    if (words.join(" ") !== typed.join(" ")) found = await find(words);
  }
  const items = await Promise.all(
    found.slice(0, SHOWN).map(async ({ number }) => {
      const chunk = Math.floor(number / index.chunk);
      const tools = await load<Tool[]>(`${root}${index.folder}/tools-${chunk}.json`);
      const [risk = "", category = ""] = index.ranges.findLast(([, , from]) => from <= number) ?? [];
      return itemOf(tools[number % index.chunk], `${category}, ${risk} risk`, root);
    }),
  );
  list.replaceChildren(...items.flatMap((item) => item ?? []));
  const more = found.length > SHOWN ? `; the first ${SHOWN} are below` : "";
  const isOther = words.join(" ") !== typed.join(" ");
  const instead = isOther ? `No tool has “${typed.join(" ")}”; looked for is “${words.join(" ")}”. ` : "";
  status.textContent =
    found.length === 0
      ? `${instead}No tool ${words.length === 0 ? "passes these filters" : "has all of these words"}.`
      : `${instead}${found.length.toLocaleString("en-GB")} of ${index.tools.toLocaleString("en-GB")} tools${more}`;
}

/** Names and summaries are strangers' text: set as text, isolated in their direction. */
function itemOf(tool: Tool | undefined, verdict: string, root: string): HTMLLIElement | undefined {
  if (!tool) return undefined;
  const [name, server, address, summary] = tool;
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.className = "machine";
  anchor.href = root.replace(/\/search\/$/, "") + address;
  anchor.append(isolated(name.slice(0, 200)));
  const rest = document.createElement("span");
  rest.className = "sub";
  rest.append(`${verdict} · `, isolated(server), document.createElement("br"), isolated(summary));
  item.append(anchor, rest);
  return item;
}

function isolated(text: string): HTMLElement {
  const element = document.createElement("bdi");
  // Characters that do not show, or turn the line around, are left out.
  element.textContent = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
  return element;
}

search(new URLSearchParams(location.search)).catch(() => {
  if (status) status.textContent = "The search index could not be read. Load the page again in a moment.";
});
