import type { FindingClause } from "./kind-schema.ts";
import { LONG_BLANK } from "./scan.ts";
import type { Hit } from "./types.ts";

/** Conditions on a text that neither words nor single characters show. */

/** Exact texts, in one expression: those that begin like a tag, or the others. */
export function compileLiterals(clauses: FindingClause[], tags: boolean): (text: string) => Hit[] {
  const owner = new Map<string, FindingClause>();
  for (const clause of clauses)
    for (const literal of clause.contains ?? []) {
      if (literal.startsWith("<") === tags) owner.set(literal.toLowerCase(), clause);
    }
  const expression = new RegExp([...owner.keys()].map(escapeLiteral).join("|") || "(?!)", "gi");
  return (text) =>
    [...text.matchAll(expression)].slice(0, 100).flatMap((match) => {
      const clause = owner.get(match[0].toLowerCase());
      return clause ? [{ clause, start: match.index, end: match.index + match[0].length }] : [];
    });
}

const escapeLiteral = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A style that keeps a piece of markup from being shown. */
const UNSHOWN =
  /<[a-z][^<>]{0,300}(?:display\s?:\s?none|visibility\s?:\s?hidden|font-size\s?:\s?0|opacity\s?:\s?0(?![.\d]))/gi;
/** A definition of a link with the name `//`: Markdown's way to write a comment. */
const MARKDOWN_COMMENT = /^\[\/\/\]:? ?#? ?[("'<]/gm;

/** Parts of a text that a reader of its rendered form does not see. */
export function compileMarkup(clauses: FindingClause[]): (text: string) => Hit[] {
  const clauseFor = (kind: FindingClause["markup"]) => clauses.find((clause) => clause.markup === kind);
  const comment = clauseFor("comment");
  const style = clauseFor("style");
  return (text) => {
    const hits: Hit[] = [];
    for (let at = text.indexOf("<!--"); comment && at >= 0 && hits.length < 100; ) {
      const close = text.indexOf("-->", at + 4);
      const end = close < 0 ? text.length : close + 3;
      if (/[^\s<!>-]/.test(text.slice(at, end))) hits.push({ clause: comment, start: at, end });
      at = text.indexOf("<!--", end);
    }
    for (const match of comment ? text.matchAll(MARKDOWN_COMMENT) : []) {
      const line = text.indexOf("\n", match.index);
      hits.push({ clause: comment as FindingClause, start: match.index, end: line < 0 ? text.length : line });
    }
    for (const match of style ? text.matchAll(UNSHOWN) : []) {
      hits.push({ clause: style as FindingClause, start: match.index, end: match.index + match[0].length });
    }
    return hits;
  };
}

/** A run of white space that moves what follows out of sight; at the end of a text it hides nothing. */
export function findBlank(text: string, clause: FindingClause): Hit[] {
  let from = -1;
  for (let at = 0; at < text.length; at++) {
    if (/\s/.test(text[at] as string)) {
      if (from < 0) from = at;
    } else {
      if (from >= 0 && at - from >= LONG_BLANK) return [{ clause, start: from, end: at }];
      from = -1;
    }
  }
  return [];
}

const ADDRESS = /https?:\/\/(?:[^\s/?#"'<>()@]{1,100}@)?([a-z0-9.-]{1,253})[^\s"'<>)\]]{0,2000}/gi;
const IMAGE = /!\[[^\][\n]{0,200}\]\(\s?https?:\/\/[^\s()]{1,700}/gi;
const TO_FILL_IN = /[?&/=](?:\{|<|\$|%7B|\[)/i;
const NUMBER = /^(?:\d{1,3}\.){3}\d{1,3}$/;
/** Loopback, private, link-local and documentation networks (RFC 6890). */
const OWN_NUMBER =
  /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.(?:168|0\.[02])|198\.51\.100|203\.0\.113|255)\./;

/** Addresses that data are sent to rather than read from. */
export function compileAddresses(clauses: FindingClause[]): (text: string) => Hit[] {
  const hosts = new Map<string, FindingClause>();
  for (const clause of clauses) for (const host of clause.hosts ?? []) hosts.set(host, clause);
  const number = clauses.find((clause) => clause.address === "number");
  const image = clauses.find((clause) => clause.address === "filled-in-image");
  return (text) => {
    const hits: Hit[] = [];
    for (const match of text.matchAll(ADDRESS)) {
      const host = (match[1] ?? "").toLowerCase().replace(/\.$/, "");
      const clause = NUMBER.test(host) ? !OWN_NUMBER.test(host) && number : ownerOf(host, hosts);
      if (clause) hits.push({ clause, start: match.index, end: match.index + match[0].length });
      if (hits.length >= 100) break;
    }
    for (const match of image ? text.matchAll(IMAGE) : []) {
      if (!TO_FILL_IN.test(match[0])) continue;
      hits.push({ clause: image as FindingClause, start: match.index, end: match.index + match[0].length });
    }
    return hits;
  };
}

/** The clause of this host or of one above it. */
function ownerOf(host: string, hosts: Map<string, FindingClause>): FindingClause | undefined {
  const labels = host.split(".");
  for (let at = Math.max(0, labels.length - 4); at < labels.length - 1; at++) {
    const clause = hosts.get(labels.slice(at).join("."));
    if (clause) return clause;
  }
  return undefined;
}

const LATIN_TWIN = /[A-Za-z]([^\p{ASCII}])(?=[A-Za-z])|(?<!\p{L})([^\p{ASCII}])(?=[A-Za-z]{2})/gu;

/** Letters of Cyrillic and other scripts amid Latin ones. Greek is ordinary in running text: formulas are written in it. */
export function findLookalikes(
  text: string,
  clause: FindingClause,
  isTwin: (letter: string) => boolean,
): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(LATIN_TWIN)) {
    const letter = match[1] ?? match[2] ?? "";
    if (!isTwin(letter) || (clause.lookalike === "text" && /\p{Script=Greek}/u.test(letter))) continue;
    hits.push({ clause, start: match.index, end: match.index + match[0].length });
    if (hits.length >= 20) break;
  }
  return hits;
}
