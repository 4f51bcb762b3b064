/** Names of servers and tools as parts of file names that every system and every static host can carry. */
import { createHash } from "node:crypto";

/** Names as a static host can carry them. */
export interface Names {
  /** Addresses that differ from another's only in case (`namesAlike` of the catalog). */
  alike: ReadonlySet<string>;
}

export function toolPath({ server: id, tool: name }: { server: string; tool: string }, names: Names): string {
  return `${serverPath(id, names)}/${toolName(id, name, names)}`;
}

export function toolName(id: string, name: string, names: Names): string {
  return isAlike(`tools/${id}/${name}`, names) ? unlike(name, `${id}/${name}`) : segment(name);
}

export function serverPath(id: string, names: Names): string {
  const parts = id.split("/");
  if (parts.includes("")) return unlike(id);
  const last = parts.pop() ?? "";
  const end = isAlike(`servers/${id}`, names) ? unlike(last, id) : segment(last);
  return [...parts.map((part) => segment(part)), end].join("/");
}

/** Of two that differ only in case, one that is all small keeps its name. */
function isAlike(name: string, { alike }: Names): boolean {
  return /[A-Z]/.test(name) && alike.has(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

/** What stands for itself in addresses and in file names of every system, and is no name of ours. */
const PLAIN = /^[\w@-](?:[\w@.+-]{0,98}[\w@+-])?$/;
/** Names that Windows keeps for itself, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Endings of the files that stand beside folders. */
const ENDING = /\.(?:html?|md|png|json|toml|ya?ml|rego|cedar|txt|xml|svg|atom|gz|br)$/i;

/** One part of a path: itself where that is safe, else what is plain of it with a digest. */
function segment(text: string): string {
  return PLAIN.test(text) && !DEVICE.test(text) && !ENDING.test(text) ? text : unlike(text);
}

/** A name that no other has: `~` is in none that stands for itself. 80 bits, for names are chosen by strangers. */
function unlike(text: string, whole = text): string {
  const readable = text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
  const digest = createHash("sha256").update(whole.toWellFormed()).digest("hex").slice(0, 20);
  return `${readable.slice(0, 40)}~${digest}`;
}
