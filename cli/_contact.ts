import { EXIT, Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/** Visible ASCII without brackets and backslash: what a comment in a User-Agent can hold (RFC 9110 §5.6.5). */
const SENDABLE = /^[\x21-\x27\x2a-\x5b\x5d-\x7e]{1,200}$/;

/**
 * Where those who run a remote can read about this crawler or write to its owner: `--contact`, else PLACARD_CONTACT.
 * @returns a URL (http, https or mailto) as it goes into the User-Agent; undefined for the project's own page.
 * @throws Failure for anything else: a wrong contact is worse than none.
 */
export function readContact(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const contact = given ?? (env.PLACARD_CONTACT || undefined);
  if (contact === undefined || isContact(contact)) return contact;
  const where = given === undefined ? "PLACARD_CONTACT" : "--contact";
  const form = "such as https://example.com/our-crawler or mailto:crawler@example.com";
  throw new Failure(
    `${where} takes a URL of http, https or mailto, at most 200 characters of ASCII without brackets, ${form}; "${safe(contact.slice(0, 200))}" is not that.`,
    EXIT.usage,
  );
}

function isContact(text: string): boolean {
  if (!SENDABLE.test(text)) return false;
  return /^mailto:[^@]+@[^@]+$/i.test(text) || (/^https?:\/\//i.test(text) && URL.canParse(text));
}
