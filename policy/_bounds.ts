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
const BEFORE_HOST = "^[\\x00- ]*([A-Za-z][A-Za-z0-9+\\-]*:)?[/\\\\]*([^/\\\\?#]*@)?";
const AFTER_HOST = "\\.?([:/\\\\?#]|$)";

/** Addresses that only machines in a cloud use: link-local ones, where the machine's own credentials are. */
export const LINK_LOCAL = `${BEFORE_HOST}((169\\.254(\\.[0-9]+){1,2}|${anyCase("metadata.google.internal")})${AFTER_HOST}|\\[${anyCase("fe80")}:|\\[${anyCase("fd00:ec2:")}:)`;

/** This machine and its private network; numbers in other bases too, as some readers take them. */
export const PRIVATE_HOST = `${BEFORE_HOST}((([A-Za-z0-9\\-]+\\.)*${anyCase("localhost")}|0[Xx][0-9A-Fa-f.Xx]+|[0-9]+|(0|10|127)(\\.[0-9]+){1,3}|192\\.168(\\.[0-9]+){1,2}|172\\.(1[6-9]|2[0-9]|3[01])(\\.[0-9]+){1,2})${AFTER_HOST}|\\[::|\\[[Ff][CDcd])`;

export const LOCAL_FILE = `^[\\x00- ]*${anyCase("file")}:`;

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
];

/** SQL with a statement that changes something. `create` only where a statement starts: SHOW CREATE TABLE reads. */
export const WRITING_SQL = `\\b(${WRITES.map(anyCase).join("|")})\\b|(^|[;()]|\\*/)${SPACE}*${anyCase("create")}\\b`;

/** SQL with something after a semicolon: a second statement. */
export const CHAINED_SQL = `;${SPACE}*[^ \\t\\n\\r\\f;]`;
