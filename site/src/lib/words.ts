/** The words the pages use for what a verdict says in codes: one table each. */
import type { Category, Facet, Finding, Hint, Reach, Reversible, Risk } from "../../../classifier/index.ts";
import type { CrawlStatus } from "../../../crawler/types.ts";
import type { ChangeKind } from "../../../db/types.ts";

/** The letter on the mark. */
export const CATEGORY_LETTER: Record<Category, string> = {
  Unknown: "?",
  Read: "R",
  Write: "W",
  Execute: "E",
  Destructive: "D",
  Financial: "F",
};

/** Completes "The most severe thing a caller can make it do: …". */
export const CATEGORY_MEANING: Record<Category, string> = {
  Unknown: "the definition does not say enough to tell",
  Read: "retrieve or compute, with no state change outside the call",
  Write: "create or change data that the same API can change back",
  Execute: "start something whose effects reach beyond a stored record",
  Destructive: "delete, revoke, drop or end something with loss of data",
  Financial: "move or commit money or value",
};

/** Worst first: the order of every list and picture. Unknown stands above low: it is never taken as harmless. */
export const RISKS_WORST_FIRST: readonly Risk[] = ["critical", "high", "medium", "unknown", "low"];
export const CATEGORIES_WORST_FIRST: readonly Category[] = [
  "Financial",
  "Destructive",
  "Execute",
  "Write",
  "Unknown",
  "Read",
];

export const RISK_LABEL: Record<Risk, string> = {
  unknown: "Unknown risk",
  low: "Low risk",
  medium: "Medium risk",
  high: "High risk",
  critical: "Critical risk",
};

export const RISK_MEANING: Record<Risk, string> = {
  unknown: "Nobody can tell from the definition. Treat it as dangerous until someone has looked.",
  low: "A call by mistake costs nothing that matters.",
  medium: "A call by mistake can be put right, or shows something that not everybody should see.",
  high: "A call by mistake reaches other people, live systems or data that may not come back.",
  critical: "A call by mistake can lose a system, the money, or control of the machine.",
};

export const FACET_MEANING: Record<Facet, string> = {
  "private-data": "returns private or user data",
  "untrusted-content": "returns text that strangers wrote, which may carry instructions for the model",
  egress: "can carry data out",
  secrets: "touches keys, tokens or passwords",
  "code-execution": "runs code, a shell, or SQL that writes",
  filesystem: "touches local files",
  messaging: "sends messages to people",
  infrastructure: "touches servers, clusters, networks or deployments",
  identity: "touches users, roles or permissions",
  money: "touches money or value",
  browser: "drives a live browser",
};

/** "Can it be undone?", answered. Where nothing is done there is nothing to undo. */
export function reversibleWords({
  category,
  reversible,
}: {
  category: Category;
  reversible: Reversible;
}): string {
  return category === "Read" ? "There is nothing to undo." : REVERSIBLE_MEANING[reversible];
}

/** "What can it affect?", answered. Of a tool that says nothing nobody knows. */
export function reachWords({ category, reach }: { category: Category; reach: Reach }): string {
  if (category === "Unknown") return "Not known: the definition does not say.";
  return reach === "call" && category !== "Read"
    ? "This session: what it holds, and what the call makes."
    : REACH_MEANING[reach];
}

export const REVERSIBLE_MEANING: Record<Reversible, string> = {
  yes: "Yes: the same API can undo it.",
  no: "No: what it does can't be taken back.",
  unknown: "Not known: the definition does not say.",
};

export const REACH_MEANING: Record<Reach, string> = {
  call: "Only this call and its answer.",
  account: "The account or workspace it is connected to.",
  "other people": "Other people: they see it, receive it or lose by it.",
  machine: "The machine it works on, as far as its account there may reach.",
};

export const HINT_MEANING: Record<Hint, string> = {
  readOnlyHint: "does not change anything",
  destructiveHint: "may destroy or overwrite",
  idempotentHint: "calling twice does no more than calling once",
  openWorldHint: "deals with a world outside its own",
};

/** How bad a finding is, by a sign and a word: neither needs colour. */
export const SEVERITY: Record<Finding["severity"], { sign: string; label: string }> = {
  error: { sign: "▲", label: "Error" },
  warning: { sign: "△", label: "Warning" },
  info: { sign: "○", label: "Info" },
};

/** How a crawl ended: "The last crawl …". */
export const STATUS_WORDS: Record<CrawlStatus, string> = {
  ok: "listed its tools",
  failed: "failed",
  "needs-authorization": "needs authorization",
  skipped: "was skipped",
};

/** What a change is called in lists. A verdict that got worse is called raised instead. */
export const CHANGE_LABEL: Record<ChangeKind, string> = {
  "tool-added": "Added",
  "tool-removed": "Removed",
  "tool-renamed": "Renamed",
  "description-changed": "Description changed",
  "schema-changed": "Schema changed",
  "annotations-changed": "Annotations changed",
  "verdict-changed": "Verdict changed",
};
export const RAISED_LABEL = "Verdict raised";

/**
 * Confidence (0 to 1) in words, for reading. The figure stands beside them.
 */
export function confidenceWords(confidence: number): string {
  if (confidence >= 0.95) return "almost certain";
  if (confidence >= 0.85) return "confident";
  if (confidence >= 0.7) return "fairly confident";
  if (confidence >= 0.5) return "more likely than not";
  return "little to go by";
}

/** 0.934 → "93 %". Never 100: a reading of words is never certain. */
export function percent(share: number): string {
  return `${Math.min(99, Math.max(0, Math.round(share * 100)))} %`;
}

// Made once: making one takes longer than most of a page.
const NUMBER = new Intl.NumberFormat("en-GB");
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** 1234 → "1,234". */
export function numberWords(number: number): string {
  // Formatting takes longer than the row it is in.
  return Number.isInteger(number) && number >= 0 && number < 1_000 ? String(number) : NUMBER.format(number);
}

/** count(1, "tool") → "1 tool", count(1234, "tool") → "1,234 tools". */
export function count(number: number, noun: string): string {
  return `${numberWords(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** "1,234 tokens", and "at least 1,234 tokens" where the text was too long to count to its end. */
export function tokenWords({ count: tokens, complete }: { count: number; complete: boolean }): string {
  return `${complete ? "" : "at least "}${count(tokens, "token")}`;
}

/** An ISO date as people read it, in UTC: "22 Nov 2026, 23:05 UTC". A text that is no date stays as it is. */
export function dateWords(iso: string): string {
  return dated(iso);
}

/** The day of an ISO date in UTC: "22 Nov 2026". */
export const dayWords = lately((iso) => DAY.format(new Date(iso)));

const dated = lately((iso) => (Number.isNaN(Date.parse(iso)) ? iso : `${dayWords(iso)}, ${timeWords(iso)}`));

const DATES_AT_MOST = 1_000;

/** Remembers the last answers: a page says the same date again and again, and formatting takes longer than its row. */
function lately(say: (iso: string) => string): (iso: string) => string {
  const said = new Map<string, string>();
  return (iso) => {
    const known = said.get(iso);
    if (known !== undefined) return known;
    const words = say(iso);
    if (said.size >= DATES_AT_MOST) said.clear();
    said.set(iso, words);
    return words;
  };
}

/** A year and month: "2025-09" → "Sep 2025". */
export function monthWords(month: string): string {
  return MONTH.format(new Date(`${month}-01`));
}

/** The time of an ISO date in UTC: "23:05 UTC". */
export function timeWords(iso: string): string {
  return `${new Date(iso).toISOString().slice(11, 16)} UTC`;
}

const SPANS = [
  { noun: "day", ms: 86_400_000 },
  { noun: "hour", ms: 3_600_000 },
  { noun: "minute", ms: 60_000 },
  { noun: "second", ms: 1_000 },
];

/** A time in milliseconds in its largest whole unit: 300000 → "5 minutes", 90000 → "90 seconds", 0 → "0 seconds". */
export function spanWords(ms: number): string {
  const span = SPANS.find((unit) => ms >= unit.ms && ms % unit.ms === 0);
  return span ? count(ms / span.ms, span.noun) : count(ms / 1_000, "second");
}
