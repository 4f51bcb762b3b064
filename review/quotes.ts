import type { Evidence, ToolDefinition } from "../classifier/index.ts";
import { keysOf, pointerToken } from "../classifier/json-pointer.ts";
import type { ReviewEvidence } from "./types.ts";

/** A string or a key of a definition, with the pointer that leads there. */
interface Text {
  pointer: string;
  text: string;
}

/** Most texts of a definition that are searched. */
const MAX_TEXTS = 5_000;

/**
 * Finds each quote in the strings and keys of a definition, letter by letter.
 *
 * @returns where they stand; undefined when one of them stands nowhere, or is too little to be a quote
 */
export function locateQuotes(definition: ToolDefinition, quotes: string[]): ReviewEvidence[] | undefined {
  const texts = textsOf(definition);
  const found: ReviewEvidence[] = [];
  for (const quote of quotes) {
    if (quote.length < 2 || !/[\p{L}\p{N}]/u.test(quote)) return undefined;
    const place = texts.find(({ text }) => text.includes(quote));
    if (!place) return undefined;
    const start = place.text.indexOf(quote);
    found.push({ pointer: place.pointer, start, end: start + quote.length, excerpt: quote });
  }
  return found;
}

/** Whether one of the quotes, wherever it stands at the evidence's own place, holds all of the evidence. */
export function isQuoted(
  definition: ToolDefinition,
  { pointer, start, end }: Evidence,
  quotes: string[],
): boolean {
  return textsOf(definition).some((place) => {
    if (place.pointer !== pointer) return false;
    return quotes.some((quote) => {
      const at = place.text.indexOf(quote, Math.max(0, end - quote.length));
      return at >= 0 && at <= start;
    });
  });
}

/** Name and description come first: where a quote stands in several places, these are the ones to show. */
function textsOf(definition: ToolDefinition): Text[] {
  const texts: Text[] = [];
  const { name, title, description, ...rest } = definition;
  for (const [key, value] of Object.entries({ name, title, description })) collect(value, `/${key}`, texts);
  for (const [key, value] of Object.entries(rest)) collect(value, `/${pointerToken(key)}`, texts);
  return texts;
}

function collect(value: unknown, pointer: string, texts: Text[]): void {
  if (texts.length >= MAX_TEXTS) return;
  if (typeof value === "string") texts.push({ pointer, text: value });
  else {
    // A pointer to anything but a string shows its own last token: the name of a property.
    if (value !== undefined) texts.push({ pointer, text: keysOf(pointer).at(-1) ?? "" });
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      collect(member, `${pointer}/${pointerToken(key)}`, texts);
    }
  }
}
