import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { ToolDefinition } from "./types.ts";

/**
 * Digest of a definition: `sha256:` and 64 hex digits over its canonical JSON (RFC 8785), so neither the order of
 * keys nor white space matters, and anything a reader of the definition could see does.
 */
export function digestOf(definition: ToolDefinition): string {
  return `sha256:${sha256Hex(canonicalJson(definition))}`;
}

const encoder = new TextEncoder();
const portableSha256 = (text: string): string => bytesToHex(sha256(encoder.encode(text)));

/** Node's own SHA-256 is several times as fast. Asked for, not imported, as browsers run this file too. */
const nodeHash = globalThis.process?.getBuiltinModule?.("node:crypto")?.hash;
const sha256Hex: (text: string) => string = nodeHash
  ? (text) => nodeHash("sha256", text, "hex")
  : portableSha256;

/**
 * Canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. Two things that RFC leaves out reach us from real servers and are written rather than refused: half
 * characters (lone surrogates, escaped as \udXXX) and numbers too large for a double (1e400), as `null`.
 *
 * @param value parsed JSON, nested no deeper than `parseDefinition` lets through
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string")
    return value.length <= SHORT_VALUE ? quoteShort(value) : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Record<string, unknown>);
}

function canonicalArray(list: unknown[]): string {
  let text = "[";
  for (let at = 0; at < list.length; at++) {
    if (at > 0) text += ",";
    text += canonicalJson(list[at]);
  }
  return `${text}]`;
}

function canonicalObject(object: Record<string, unknown>): string {
  let text = "{";
  let isFirst = true;
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    if (!isFirst) text += ",";
    isFirst = false;
    text += key.length <= SHORT_KEY ? quoteShort(key) : JSON.stringify(key);
    text += ":";
    text += canonicalJson(member);
  }
  return `${text}}`;
}

/** The keys and values that every schema is made of, as they are quoted. Only saves time; stops growing at its bound. */
const quoted = new Map<string, string>();
const MAX_QUOTED = 10_000;
const SHORT_KEY = 24;
const SHORT_VALUE = 10;

function quoteShort(text: string): string {
  const known = quoted.get(text);
  if (known !== undefined) return known;
  const made = JSON.stringify(text);
  if (quoted.size < MAX_QUOTED) quoted.set(text, made);
  return made;
}

/** More keys than this are left to the built-in sort, which is slower for few. */
const FEW = 12;

function sortedKeys(object: Record<string, unknown>): string[] {
  const keys = Object.keys(object);
  if (keys.length > FEW) return keys.sort();
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] as string;
    let to = at;
    for (; to > 0 && (keys[to - 1] as string) > key; to--) keys[to] = keys[to - 1] as string;
    keys[to] = key;
  }
  return keys;
}
