/** Evidence as footnotes: numbered in the order in which the definition is read, and found again by pointer. */

import { type Evidence, MODEL_RULE, type ToolDefinition, type Verdict } from "../../../classifier/index.ts";
import { pointerToken } from "../../../classifier/json-pointer.ts";
import type { Mark } from "./annotate.ts";

/** What one rule takes from the words of a footnote. */
export interface Push {
  rule: string;
  /** "for Execute", "against Destructive", "shows egress" (the trained model suggests); empty when it only notes them. */
  what: string;
}

/** One place in the definition; every rule that holds on exactly these characters shares the number. */
export interface Footnote {
  number: number;
  pointer: string;
  start: number;
  end: number;
  excerpt: string;
  pushes: Push[];
}

type Place = Pick<Evidence, "pointer" | "start" | "end">;

export interface Footnotes {
  /** All of them, by number. */
  list: Footnote[];
  /** The marks that lie at a pointer. */
  at(pointer: string): Mark[];
  /** The numbers of some evidence. */
  numbers(evidence: readonly Place[]): number[];
  /** The rule a footnote's mark leads to: the first that holds there. */
  rule(number: number): string;
}

const READ_FIRST = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

/** All evidence of a verdict and its findings, a footnote for each place. */
export function footnotesOf(definition: ToolDefinition, verdict: Verdict): Footnotes {
  const all = [...verdict.evidence, ...verdict.findings.flatMap((finding) => finding.evidence)];
  const order = placesOf(definition);
  const rank = (pointer: string) => order.get(pointer) ?? Number.MAX_SAFE_INTEGER;
  const places = new Map<string, Omit<Footnote, "number">>();
  for (const evidence of all) {
    const { pointer, start, end, excerpt } = evidence;
    const key = `${start} ${end} ${pointer}`;
    const place = places.get(key) ?? { pointer, start, end, excerpt, pushes: [] };
    place.pushes = addPush(place.pushes, evidence);
    places.set(key, place);
  }
  const list = [...places.values()]
    .sort((a, b) => rank(a.pointer) - rank(b.pointer) || a.start - b.start || a.end - b.end)
    .map((place, index) => ({ number: index + 1, ...place }));
  const at = new Map<string, Mark[]>();
  for (const { pointer, start, end, number } of list) {
    const mark = { start, end, note: number };
    const marks = at.get(pointer);
    if (marks) marks.push(mark);
    else at.set(pointer, [mark]);
  }
  return {
    list,
    at: (pointer) => at.get(pointer) ?? [],
    numbers: (evidence) =>
      list.filter((note) => evidence.some((item) => isAt(note, item))).map((note) => note.number),
    rule: (number) => list[number - 1]?.pushes[0]?.rule ?? "",
  };
}

function isAt(note: Footnote, { pointer, start, end }: Place): boolean {
  return note.pointer === pointer && note.start === start && note.end === end;
}

function addPush(pushes: Push[], { rule, supports, opposes, facet }: Evidence): Push[] {
  const what = [
    supports && `for ${supports}`,
    opposes && `against ${opposes}`,
    facet && `${rule === MODEL_RULE ? "suggests" : "shows"} ${facet}`,
  ]
    .filter(Boolean)
    .join(", ");
  const known = pushes.find((push) => push.rule === rule);
  if (!known) return [...pushes, { rule, what }];
  if (what === "" || known.what.split(", ").includes(what)) return pushes;
  const both = known.what === "" ? what : `${known.what}, ${what}`;
  return pushes.map((push) => (push === known ? { rule, what: both } : push));
}

/** Where each pointer comes when the definition is read from top to bottom. Stops after 20,000 values. */
function placesOf(definition: ToolDefinition): Map<string, number> {
  const places = new Map<string, number>();
  const visit = (value: unknown, pointer: string): void => {
    if (places.size > 20_000) return;
    places.set(pointer, places.size);
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) visit(child, `${pointer}/${pointerToken(key)}`);
  };
  const keys = Object.keys(definition);
  for (const key of [...READ_FIRST, ...keys.filter((name) => !READ_FIRST.includes(name))]) {
    if (keys.includes(key)) visit(definition[key], `/${pointerToken(key)}`);
  }
  return places;
}
