import { type Door, LossError, readBody } from "./_guarded-fetch.ts";

/** Our name in robots.txt. */
const AGENT = "placard";

/** How long robots.txt may take; without an answer everything is allowed. */
const ROBOTS_MS = 5_000;

/** As much of robots.txt as RFC 9309 §2.5 wants read. */
export const ROBOTS_BYTES = 500 * 1024;

/** Rules kept for one host, and hosts kept at a time, so that a crawl of the whole registry stays small. */
const RULES = 500;
const HOSTS = 500;

/** How long a host's rules are believed (RFC 9309 §2.4 allows a day). */
const KEPT_MS = 3_600_000;

/** Failures that may be over the next time. */
const TRANSIENT = new Set(["unreachable", "no-answer"]);

interface Rule {
  allow: boolean;
  path: string;
}

interface Kept {
  /** Undefined where they could not be had at all. */
  rules: Promise<Rule[] | undefined>;
  until: number;
}

const kept = new Map<string, Kept>();

/**
 * Whether a host's robots.txt (RFC 9309) lets us ask at a URL. Read once an hour and host. A file that can't be had
 * allows everything, also where the RFC would have a crawler stay away: we send a handful of requests, once.
 */
export async function mayCrawl(url: URL, door: Door, signal: AbortSignal): Promise<boolean> {
  const now = Date.now();
  let entry = kept.get(url.origin);
  if (entry === undefined || entry.until < now) {
    entry = { rules: fetchRules(url, door, signal), until: now + KEPT_MS };
    kept.delete(url.origin);
    kept.set(url.origin, entry);
    const [oldest] = kept.keys();
    if (kept.size > HOSTS && oldest !== undefined) kept.delete(oldest);
  }
  const rules = await entry.rules;
  // Tried again next time: what failed may have been our own doing.
  if (rules === undefined) kept.delete(url.origin);
  return rules === undefined || isAllowed(rules, url.pathname + url.search);
}

async function fetchRules(url: URL, door: Door, signal: AbortSignal): Promise<Rule[] | undefined> {
  try {
    const answer = await door.fetch(new URL("/robots.txt", url), {
      method: "GET",
      headers: { accept: "text/plain" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ROBOTS_MS)]),
    });
    if (answer.status === 200) return rulesFor(AGENT, (await readBody(answer)).toString("utf8"));
    answer.body.destroy();
    return [];
  } catch (error) {
    // 401, 403, 429 and redirects elsewhere are answers too. If nobody is there at all, the crawl itself will say so.
    const isAnswer = error instanceof LossError && !TRANSIENT.has(error.loss.kind);
    return isAnswer && !signal.aborted ? [] : undefined;
  }
}

/** The rules of the groups that name an agent, or else of those for everybody (RFC 9309 §2.2.1). */
export function rulesFor(agent: string, text: string): Rule[] {
  const own: Rule[] = [];
  const everybody: Rule[] = [];
  let named: string[] = [];
  let inRules = false;
  let isNamed = false;
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    const match = /^\s{0,20}([A-Za-z-]{1,20})\s{0,20}:(.*)$/.exec(line.split("#")[0] ?? "");
    if (match === null) continue;
    const [key, value] = [match[1]?.toLowerCase(), (match[2] ?? "").trim()];
    if (key === "user-agent") {
      if (inRules) named = [];
      inRules = false;
      named.push(value.toLowerCase());
      isNamed ||= value.toLowerCase() === agent;
    } else if (key === "allow" || key === "disallow") {
      inRules = true;
      if (value === "") continue;
      const rule = { allow: key === "allow", path: value.slice(0, 2_000) };
      if (named.includes(agent) && own.length < RULES) own.push(rule);
      if (named.includes("*") && everybody.length < RULES) everybody.push(rule);
    }
  }
  return isNamed ? own : everybody;
}

/** The longest rule that matches decides, and an allowing one where two are as long (RFC 9309 §2.2.2). */
export function isAllowed(rules: Rule[], path: string): boolean {
  const matching = rules.filter((rule) => matches(rule.path, path));
  const longest = Math.max(...matching.map((rule) => rule.path.length));
  return matching.length === 0 || matching.some((rule) => rule.allow && rule.path.length === longest);
}

/** `*` stands for anything, `$` at the end for the end. Without a regular expression: the pattern is a stranger's. */
function matches(pattern: string, path: string): boolean {
  const toEnd = pattern.endsWith("$");
  const [first = "", ...rest] = (toEnd ? pattern.slice(0, -1) : pattern).split("*");
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = toEnd && rest.length > 0 ? rest.pop() : undefined;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (last !== undefined) return path.length - last.length >= at && path.endsWith(last);
  return !toEnd || at === path.length;
}
