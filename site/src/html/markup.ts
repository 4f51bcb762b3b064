/**
 * HTML as strings, for pages of which there are thousands: a component of Astro's takes ten times as long as its text.
 * Whatever is put into a template is escaped, unless it came out of one.
 */

/** HTML that needs no escaping: made by `html`, or by us alone. */
export class Markup {
  readonly text: string;

  /** @param text HTML that holds no stranger's text, or holds it escaped. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text, which is escaped; markup; a list of either; or nothing at all. */
export type Part = string | number | Markup | readonly Part[] | false | undefined | null | "";

/** A template of HTML. Values of attributes stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let before = strings[0] ?? "";
  let text = before;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    text += typeof part === "string" && opensValue(before) ? escapeValue(part) : textOf(part);
    before = strings[index + 1] ?? "";
    text += before;
  }
  return new Markup(text);
}

/** Whether an attribute's value stands behind it. */
function opensValue(before: string): boolean {
  const { length } = before;
  return before.charCodeAt(length - 1) === QUOTE && before.charCodeAt(length - 2) === EQUALS;
}

const [QUOTE, EQUALS] = ['"', "="].map((sign) => sign.charCodeAt(0));

function textOf(part: Part): string {
  if (typeof part === "string") return escapeText(part);
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return String(part);
  if (part === undefined || part === null || part === false) return "";
  let text = "";
  for (const item of part) text += textOf(item);
  return text;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const SPECIAL = /[&<>"']/;
const ALL_SPECIAL = /[&<>"']/g;

/** Most texts have nothing to escape. */
function escapeText(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (sign) => ENTITIES[sign] ?? sign) : text;
}

/** In double quotes nothing else ends a value or begins an entity (HTML, "Double-quoted attribute value syntax"). */
function escapeValue(value: string): string {
  const plain = value.includes("&") ? value.replaceAll("&", "&amp;") : value;
  return plain.includes('"') ? plain.replaceAll('"', "&quot;") : plain;
}
