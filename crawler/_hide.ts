import type { Fetched } from "./source.ts";

const HIDDEN = "***";

/** What a secret is called, when its name says so. */
export const SECRET_WORD = /token|key|secret|passw|pwd|auth|credential|bearer|cookie|session|dsn|private/i;

/** Shorter values are too likely to be ordinary words; with a name that says it is a secret, any of 4 is hidden. */
const PLAIN_LENGTH = 8;
const NAMED_LENGTH = 4;

/** Collects values that must not be stored or shown, and takes them out of what a crawl finds. */
export class Hidden {
  readonly #values = new Set<string>();
  /** Plain words such as `production` of variables that don't sound secret: definitions may hold them of their own. */
  readonly #words = new Set<string>();

  /** @param name says whether a short value is a secret too */
  add(value: string, name = ""): void {
    const least = SECRET_WORD.test(name) ? NAMED_LENGTH : PLAIN_LENGTH;
    // `Bearer …`: what stands behind the first word is the secret, and may come back without it.
    for (const part of [value, ...value.split(/\s+/).slice(1)]) {
      if (part.length < least) continue;
      const isWord = !SECRET_WORD.test(name) && /^[a-z]+([-_ ][a-z]+)*$/i.test(part);
      const kept = isWord ? this.#words : this.#values;
      kept.add(part);
      kept.add(encodeURIComponent(part));
    }
  }

  /** A text without the values. */
  text(text: string): string {
    return hide(text, [...this.#values, ...this.#words], String);
  }

  /** What a source got, without the values: also where a server put one into a tool's definition. */
  fetched(fetched: Fetched): Fetched {
    if (this.#values.size + this.#words.size === 0) return fetched;
    const { raw, ...rest } = fetched;
    // All of it is JSON that was written by JSON.stringify: a value stands there in exactly one form.
    const all = [...this.#values, ...this.#words];
    const strange = (object: Record<string, unknown>) =>
      JSON.parse(hide(JSON.stringify(object), all, inJson)) as Record<string, unknown>;
    const own = (key: string, value: unknown): unknown =>
      typeof value === "string" && !OURS.has(key) ? hide(value, all, String) : value;
    const clean = JSON.parse(JSON.stringify(rest), own) as Fetched;
    // Keys are a server's too in what it says of itself; all others are ours.
    const { serverInfo, capabilities } = clean.facts;
    if (serverInfo !== undefined) clean.facts.serverInfo = strange(serverInfo);
    if (capabilities !== undefined) clean.facts.capabilities = strange(capabilities);
    return { ...clean, raw: raw.map((page) => hide(page, [...this.#values], inJson)) };
  }
}

/** Keys of a result whose values are words of ours, which a configuration may use as well. */
const OURS = new Set([
  "status",
  "transport",
  "sandbox",
  "era",
  "scope",
  "authorization",
  "withdrawn",
  "registry",
]);

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** The longest first: one value may hold another. */
function hide(text: string, values: string[], form: (value: string) => string): string {
  return values
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, value) => shown.replaceAll(form(value), HIDDEN), text);
}

/** Whether an argument or a part of an address has the look of a key: a long run of letters and digits, or a UUID. */
export function looksSecret(text: string): boolean {
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.test(text)) return true;
  return (text.match(/[A-Za-z0-9]{16,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
}
