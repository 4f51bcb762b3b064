/** Which list a cursor is a place in: short for its filters and its order. */
import { createHash } from "node:crypto";
import { CursorError } from "./_cursor.ts";

type Value = string | number | boolean | readonly string[] | undefined;

/**
 * The mark of a list. Values of a filter are the same in any order; what is absent and what is empty do not count.
 * @param filter everything that makes the list what it is, and nothing else.
 */
export function listMark(filter: Record<string, Value>): string {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => [name, setOf(value)])
    .filter(([, set]) => set !== "")
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(given)).digest("base64url").slice(0, 12);
}

const setOf = (value: Value): string =>
  typeof value === "object" ? [...new Set(value)].sort().join("\n") : String(value);

/** @throws CursorError when a cursor's mark is not that of the list that is asked for. */
export function checkMark(list: string, mark: string, filter: Record<string, Value>): void {
  if (mark === listMark(filter)) return;
  throw new CursorError(
    `Reading the next page of ${list}: the cursor is of a list with other filters or in another order. Give the parameters of the page that it came with, or start again without a cursor.`,
  );
}
