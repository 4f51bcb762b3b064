import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sortedKeys } from "./sorted-keys.ts";
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
  if (typeof value === "string") return quote(value);
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
  let text = "";
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    text += `${text === "" ? "{" : ","}${quote(key)}:${canonicalJson(member)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

/** Longest text that is looked through here for signs to escape: the keys and values that every schema is made of. */
const SHORT = 24;

function quote(text: string): string {
  if (text.length > SHORT) return JSON.stringify(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) return JSON.stringify(text);
  }
  return `"${text}"`;
}

const QUOTE = 34;
const BACKSLASH = 92;
