import type { ToolDefinition } from "../classifier/index.ts";
import { escapeUnits } from "../classifier/safe-json.ts";

/** Longest JSON of a definition that a model is shown, longest string and longest key in it; in UTF-16 code units. */
const MAX_JSON = 32_000;
const MAX_STRING = 8_000;
const MAX_KEY = 200;

/** What says most about a tool comes first, so that it is not what a long definition loses. */
const FIRST = ["name", "title", "description", "annotations", "inputSchema", "outputSchema"];

/**
 * Characters that move a cursor, change direction, join or hide text, and those that templates of chat models give a
 * meaning: `<` and `>`, and `[` before a capital word (`[INST]`). Written as \u escapes they are data to every reader.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}<>]|\[(?=\/?[A-Z_]+\])/gu;

/** Of these, what ordinary text does not need: joiners and picture forms belong to scripts and emoji. */
const HIDDEN = /(?!\n|\r|\t|\u200C|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}]/u;

/** A definition made fit for a prompt. */
export interface Contained {
  /** One line of JSON without a character that could act on a reader. */
  json: string;
  /** Whether all of the definition is in it. */
  whole: boolean;
  /** Whether the definition holds characters a human reader would not see. */
  hidden: boolean;
}

/**
 * Writes a definition as one bounded line of JSON. What does not fit is left out member by member, so that the rest is
 * still JSON.
 */
export function contain(definition: ToolDefinition): Contained {
  const state: State = { room: MAX_JSON, whole: true, hidden: false };
  const keys = Object.keys(definition).sort((a, b) => rank(a) - rank(b));
  const json = writeObject(definition, keys, state);
  return { json, whole: state.whole, hidden: state.hidden };
}

interface State {
  room: number;
  whole: boolean;
  hidden: boolean;
}

const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);

function write(value: unknown, state: State): string {
  if (typeof value === "string") return writeString(value, MAX_STRING, state);
  if (typeof value !== "object" || value === null) return take(JSON.stringify(value) ?? "null", state);
  if (Array.isArray(value)) return writeArray(value, state);
  return writeObject(value as Record<string, unknown>, Object.keys(value), state);
}

function writeArray(list: unknown[], state: State): string {
  const parts: string[] = [];
  take("[]", state);
  for (const entry of list) {
    if (isFull(state)) break;
    parts.push(write(entry, state));
    take(",", state);
  }
  return `[${parts.join(",")}]`;
}

function writeObject(object: Record<string, unknown>, keys: string[], state: State): string {
  const parts: string[] = [];
  take("{}", state);
  for (const key of keys) {
    if (isFull(state)) break;
    parts.push(`${writeString(key, MAX_KEY, state)}:${write(object[key], state)}`);
    take(",:", state);
  }
  return `{${parts.join(",")}}`;
}

function writeString(text: string, most: number, state: State): string {
  if (!state.hidden && HIDDEN.test(text)) state.hidden = true;
  const room = Math.max(0, state.room);
  let length = Math.min(most, room);
  if (text.length > length) state.whole = false;
  let json = escaped(text.length > length ? `${text.slice(0, length)}…` : text);
  while (json.length > room && length > 0) {
    // Escapes are longer than what they stand for.
    state.whole = false;
    length = Math.min(length - 1, Math.floor((length * room) / json.length));
    json = escaped(`${text.slice(0, length)}…`);
  }
  return take(json, state);
}

function escaped(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, escapeUnits);
}

function take(text: string, state: State): string {
  state.room -= text.length;
  return text;
}

function isFull(state: State): boolean {
  if (state.room > 0) return false;
  state.whole = false;
  return true;
}
