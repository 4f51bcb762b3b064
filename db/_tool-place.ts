/** Cursors of lists of tools: the place of a tool, and which list it is a place in. */
import { z } from "zod";
import { decodeCursor, encodeCursor } from "./_cursor.ts";
import { checkMark, listMark } from "./_list-mark.ts";
import type { PlainKey } from "./_plain-list.ts";
import { storable } from "./_text.ts";
import type { ToolFilter } from "./types.ts";

const LIST = "tools";
/** The end of the year 9999, in milliseconds. */
const LATEST = 253_402_300_799_999;
/** The list's mark; tier, rank, time of update in milliseconds, server, name. */
const place = z.tuple([
  z.string(),
  z.number().min(0).max(3),
  z.number().min(0).max(99),
  z.number().min(0).max(LATEST),
  z.string(),
  z.string(),
]);

/** An opaque cursor for the place behind this tool. */
export function cursorOf(filter: ToolFilter, { tier, rank, updated, server, name }: PlainKey): string {
  return encodeCursor(LIST, [listMark(made(filter)), tier, rank, updated, server, name]);
}

/**
 * The place that a cursor says.
 * @throws CursorError when it is not one of ours, or one of a list with other filters or in another order.
 */
export function placeOf(filter: ToolFilter, cursor: string): PlainKey {
  const [mark, tier, rank, updated, server, name] = decodeCursor(LIST, cursor, place);
  checkMark(LIST, mark, made(filter));
  return { tier, rank, updated, server: storable(server), name: storable(name) };
}

/** What makes a list what it is. */
function made({ cursor: _, limit: __, respell: ___, text = "", conflict, ...filter }: ToolFilter) {
  const words = text.split(/\s+/).filter(Boolean).join(" ");
  return { ...filter, ...valuesSpelled(filter), text: words, conflict: conflict?.toString() };
}

/** One value is the same as a list of it. */
function valuesSpelled(filter: ToolFilter) {
  const { category, risk, facet, finding, rule } = filter;
  return Object.fromEntries(
    Object.entries({ category, risk, facet, finding, rule }).map(([name, values]) => [
      name,
      values === undefined ? undefined : [values].flat(),
    ]),
  );
}
