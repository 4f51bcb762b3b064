/**
 * Patterns for rules about arguments, in the part of regular expressions that RE2 and JavaScript read alike. No
 * pattern can see what a name leads to: a link inside a root, a public host name that resolves to a private address.
 */

const SPACE = "[ \\t\\n\\r\\f]";

/** The text itself, with its letters in either case: `[Dd][Rr][Oo][Pp]`. */
export function anyCase(text: string): string {
  return [...text]
    .map((character) => {
      const [low, high] = [character.toLowerCase(), character.toUpperCase()];
      return /[A-Za-z]/.test(character) ? `[${high}${low}]` : escaped(character);
    })
    .join("");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** A path with a step upwards in it, also in the percent-encoding of URLs. */
export const TRAVERSAL = "(^|[/\\\\]|%(2[Ff]|5[Cc]))(\\.|%2[Ee]){2}([/\\\\]|%(2[Ff]|5[Cc])|$)";

/** A path that is one of these folders or in one. */
export function insideRoots(roots: readonly string[]): string {
  const names = roots.map((root) => escaped(root.replace(/[/\\]+$/, "")));
  return `^(${names.join("|")})([/\\\\]|$)`;
}

/** An http address on one of these hosts, without a user's name in it. */
export function onHosts(hosts: readonly string[]): string {
  return `^[Hh][Tt][Tt][Pp][Ss]?://(${hosts.map(anyCase).join("|")})(:[0-9]{1,5})?([/?#]|$)`;
}

/** One e-mail address in one of these domains. */
export function inDomains(domains: readonly string[]): string {
  return `^[^@<>,; \\t\\n\\r\\f]+@(${domains.map(anyCase).join("|")})$`;
}

/** Everything before the host, as lenient readers of addresses take it. */
const USER = "([^/\\\\?#]*@)?";
const BEFORE_HOST = `^[\\x00- ]*([A-Za-z][A-Za-z0-9+\\-]*:)?[/\\\\]*${USER}`;
const AFTER_HOST = "\\.?([\\x00- :/\\\\?#]|$)";
/** The same, but only where a host follows for certain or nothing says otherwise: not `data:` and its like. */
const WEB = `(${["http", "https", "ws", "wss", "ftp"].map(anyCase).join("|")}):`;
const BEFORE_WEB_HOST = `^[\\x00- ]*(${WEB}|[A-Za-z][A-Za-z0-9+\\-]*:[/\\\\]{2}|[/\\\\]{2})[/\\\\]*${USER}`;
const BEFORE_LIKELY_HOST = `^[\\x00- ]*(${WEB}|[A-Za-z][A-Za-z0-9+\\-]*:[/\\\\]{2})?[/\\\\]*${USER}`;

const METADATA_NUMBERS =
  "169\\.254(\\.[0-9]+){1,2}|100\\.100\\.100\\.200|192\\.0\\.0\\.192|168\\.63\\.129\\.16";
const METADATA_NAMES = ["metadata.google.internal", "metadata.goog"].map(anyCase).join("|");
/** Link-local, the metadata of Amazon's machines, and IPv6 that holds 169.254 in either writing. */
const METADATA_IPV6 =
  "\\[([Ff][Ee][89ABab][0-9A-Fa-f]:|[Ff][Dd]00:0*[Ee][Cc]2:|[0-9A-Fa-f:]*:([Aa]9[Ff][Ee]:|169\\.254\\.))";

/** Addresses that only machines in a cloud use: link-local ones and metadata, where the machine's own credentials are. */
export const LINK_LOCAL = `${BEFORE_HOST}((${METADATA_NUMBERS}|${METADATA_NAMES})${AFTER_HOST}|${METADATA_IPV6})|${BEFORE_WEB_HOST}${anyCase("metadata")}${AFTER_HOST}`;

const NUMBER = "(0[Xx][0-9A-Fa-f]*|[0-9]+)";
/** A long number, two or three, or four of which one is hexadecimal or octal. Short numbers alone are names more often. */
const ODD_NUMBERS = `([0-9]{9,}|0[Xx][0-9A-Fa-f]*|${NUMBER}(\\.${NUMBER}){1,2}|(${NUMBER}\\.){0,3}0[Xx0-9][0-9A-Fa-f]*(\\.${NUMBER}){0,3})`;
/** Nothing that ends a host, or begins one. */
const IN_HOST = "[^/\\\\?#@:]*";

/**
 * A host that some readers take for another than it looks like: numbers in other forms than four decimal ones, control
 * characters (left out by readers), percent-encoding and characters outside ASCII (turned into digits and dots).
 */
export const ODD_HOST = `${BEFORE_HOST}${ODD_NUMBERS}${AFTER_HOST}|${BEFORE_LIKELY_HOST}${IN_HOST}(%|[^\\x00-\\x7F])${IN_HOST}(:[0-9]*)?([/\\\\?#]|$)|${BEFORE_HOST}[^/\\\\?# ]*[\\x00-\\x1f\\x7f]`;

/** This machine and its private network; numbers in other bases too, as some readers take them. */
export const PRIVATE_HOST = `${BEFORE_HOST}((([A-Za-z0-9\\-]+\\.)*${anyCase("localhost")}|0[Xx][0-9A-Fa-f.Xx]+|[0-9]+|(0|10|127)(\\.[0-9]+){1,3}|192\\.168(\\.[0-9]+){1,2}|172\\.(1[6-9]|2[0-9]|3[01])(\\.[0-9]+){1,2})${AFTER_HOST}|\\[0*:|\\[[Ff][CDcd])`;

export const LOCAL_FILE = `^[\\x00- ]*${anyCase("file")}:`;

/** Words that no reading statement needs, wherever they stand. */
const WRITES = [
  "insert",
  "update",
  "delete",
  "merge",
  "drop",
  "alter",
  "truncate",
  "grant",
  "revoke",
  "attach",
  "into",
  "exec",
  "execute",
];
/** Words that change something where a statement begins with them, and are functions or names elsewhere. */
const WRITES_FIRST = ["create", "replace", "call", "copy", "load", "pragma", "vacuum", "set", "do", "import"];
const READS_FIRST = ["select", "with", "explain", "describe", "desc", "values"];

/** What may stand before a statement: spaces, comments, parentheses. */
const BEFORE_SQL = `^([ \\t\\n\\r\\f(]|--[^\\n]*\\n|#[^\\n]*\\n|/\\*[^*]*\\*+([^/*][^*]*\\*+)*/)*`;
const words = (list: readonly string[]) => `(${list.map(anyCase).join("|")})\\b`;
const SQLITE_READS = `${anyCase("pragma")}${SPACE}+${anyCase("table_")}([Xx]?${anyCase("info")}|${anyCase("list")})\\b`;

/** SQL that begins as a reading statement does; SQLite's list of columns is one. */
export const READING_SQL = `${BEFORE_SQL}(${words([...READS_FIRST, "show"])}|${SQLITE_READS})`;

/**
 * SQL with a statement that changes something. `create` also behind a reading one, as statements of Transact-SQL need
 * nothing between them; but not behind `show`: SHOW CREATE TABLE reads.
 */
export const WRITING_SQL = `\\b${words(WRITES)}|(^|[;()]|\\*/)${SPACE}*${anyCase("create")}\\b|${BEFORE_SQL}${words(READS_FIRST)}[\\w\\W]*\\b${anyCase("create")}\\b`;

/** For an argument that may be left out, where nothing can be required of it. */
export const WRITING_FIRST = `${BEFORE_SQL}${words(WRITES_FIRST)}`;

/** SQL with something after a semicolon: a second statement. */
export const CHAINED_SQL = `;${SPACE}*[^ \\t\\n\\r\\f;]`;
