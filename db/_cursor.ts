import { z } from "zod";

/** A cursor that this catalog did not hand out, or not for this list. Callers show it as the user's mistake. */
export class CursorError extends Error {
  override name = "CursorError";
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** The number of items a page, held to 1 to 200; 50 unless told. */
export function pageLimit(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return DEFAULT_LIMIT;
  return Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT);
}

const keySchema = z.array(z.union([z.string(), z.number().int()]));

/** An opaque cursor for the place behind the item with these sort keys in the list of that name. */
export function encodeCursor(list: string, keys: (string | number)[]): string {
  return Buffer.from(JSON.stringify([list, ...keys]), "utf8").toString("base64url");
}

/**
 * The sort keys in a cursor.
 * @param shape what the keys must be; the list's name is checked here.
 * @throws CursorError when it is not one of ours.
 */
export function decodeCursor<Keys>(list: string, cursor: string, shape: z.ZodType<Keys>): Keys {
  const keys = parseKeys(cursor);
  const parsed = keys?.[0] === list ? shape.safeParse(keys.slice(1)) : undefined;
  if (parsed?.success) return parsed.data;
  throw new CursorError(
    `Reading the next page of ${list}: the cursor is not one this list has given out. Start again without a cursor.`,
  );
}

function parseKeys(cursor: string): (string | number)[] | undefined {
  try {
    const keys = keySchema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return keys.success ? keys.data : undefined;
  } catch {
    return undefined;
  }
}

/** A page from `limit + 1` rows: the extra row only tells that there is a next page. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  item: (row: Row) => Item,
  cursor: (row: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), nextCursor: rows.length > limit && last ? cursor(last) : null };
}
