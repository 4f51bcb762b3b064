/**
 * A stranger's text as PostgreSQL can hold it: no NUL, no half of a surrogate pair. Both become U+FFFD. Every text
 * that goes into the database or into one of its filters passes through here.
 */
export function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** A pattern of LIKE for texts that hold this one, whatever is in it. */
export function likeText(part: string): string {
  return `%${storable(part).replaceAll(/[\\%_]/g, "\\$&")}%`;
}

/** The same for a text that may be absent. */
export function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

/** JSON text of plain data. `JSON.stringify` escapes NUL and half surrogates, so this is storable as it is. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value);
}

/** JSON text or `null` for what is absent. */
export function jsonTextOrNull(value: unknown): string | null {
  return value === undefined ? null : jsonText(value);
}

/** What `jsonText` wrote; only for columns that this folder filled itself, so its type is taken on trust. */
export function fromJsonText<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

/** The same for a column that may be empty. */
export function fromJsonTextOrNull<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : fromJsonText<Value>(text);
}

/** True when a text would be stored unchanged: only then can a row with it as its key exist. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
