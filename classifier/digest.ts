import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { ToolDefinition } from "./types.ts";

const encoder = new TextEncoder();

/**
 * Digest of a definition: `sha256:` and 64 hex digits over its canonical JSON (RFC 8785), so neither the order of
 * keys nor white space matters, and anything a reader of the definition could see does.
 */
export function digestOf(definition: ToolDefinition): string {
  return `sha256:${bytesToHex(sha256(encoder.encode(canonicalJson(definition))))}`;
}

/**
 * Canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. Two things that RFC leaves out reach us from real servers and are written rather than refused: half
 * characters (lone surrogates, escaped as \udXXX) and numbers too large for a double (1e400), as `null`.
 *
 * @param value parsed JSON, nested no deeper than `parseDefinition` lets through
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  let text = "";
  if (Array.isArray(value)) {
    for (const entry of value) text += `${text && ","}${canonicalJson(entry)}`;
    return `[${text}]`;
  }
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) text += `${text && ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
