import { stripVTControlCharacters } from "node:util";

/**
 * A stranger's text made fit for one of our sentences: one line, no escape sequences, control or direction-changing
 * characters, at most `length` characters.
 */
export function plain(text: string, length: number): string {
  const line = stripVTControlCharacters(text.slice(0, 4 * length + 4_096))
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line.length > length ? `${line.slice(0, length)}…`.toWellFormed() : line;
}

/** Longest text of a server's own (instructions, name, capabilities as JSON) that is kept, in UTF-16 code units. */
const KEPT_LENGTH = 64 * 1024;

/** A stranger's text fit for PostgreSQL: no NUL, no half characters, bounded. */
export function storableText(text: string): string {
  return text.slice(0, KEPT_LENGTH).replaceAll("\u0000", "\ufffd").toWellFormed();
}

/** The same for an object, keys and all; one that is too large or too deep becomes an empty one. */
export function storableObject(object: Record<string, unknown>): Record<string, unknown> {
  try {
    const text = JSON.stringify(object);
    if (text.length > KEPT_LENGTH) return {};
    // JSON.stringify escapes NUL, and surrogates only where they stand alone.
    const clean = text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, "$1\\ufffd");
    return JSON.parse(clean) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A name fit for a server's id, which is part of addresses: letters, digits, dot, dash and underscore. */
export function cleanName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return clean === "" ? "server" : clean.slice(0, 100);
}
