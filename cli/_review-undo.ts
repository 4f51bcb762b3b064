import { classify } from "../classifier/index.ts";
import type { Database } from "../db/index.ts";
import type { Corrections } from "../policy/index.ts";
import type { ReviewedVerdict } from "../review/index.ts";
import type { Io } from "./io.ts";
import { renderUndone } from "./render/review.ts";
import { safe, safeJson } from "./render/text.ts";
import { publishedVerdict } from "./render/verdict.ts";

interface UndoOptions {
  /** Only the tool of this name. */
  tool?: string;
  json?: boolean;
}

/**
 * Puts the rules' verdict, with the corrections of reviewers, in the place of each that a model has read again; for
 * every server that has the same definition. Prints what it undid.
 * @param servers ids that are in the catalog.
 */
export async function undoReviews(
  database: Database,
  servers: Iterable<string>,
  corrections: Corrections,
  { tool, json }: UndoOptions,
  io: Io,
): Promise<void> {
  const { replaceVerdict, serverTools } = await import("../db/index.ts");
  const signal = io.signal();
  const asked = [...servers];
  let undone = 0;
  for (const server of asked) {
    // Read one by one: a definition that two servers have is undone for both at once.
    for (const { name, definition, verdict } of await serverTools(database, server)) {
      signal.throwIfAborted();
      const before: ReviewedVerdict = verdict;
      if (!before.review || (tool !== undefined && name !== tool)) continue;
      const now = corrections.apply(classify(definition));
      const shown = await replaceVerdict(database, now);
      // The server may have been forgotten at this moment.
      if (shown === 0) continue;
      undone += 1;
      await io.out(
        json
          ? `${safeJson(publishedVerdict(now, server))}\n`
          : `${renderUndone(server, before, now, shown, io.width)}\n`,
      );
    }
  }
  if (undone > 0) return;
  const where = asked.length === 1 ? safe(asked[0] ?? "") : "these servers";
  const what = tool === undefined ? `no tool of ${where}` : `the tool "${safe(tool)}" of ${where}`;
  const has = tool === undefined ? "has a review" : "has no review";
  io.note(`placard: ${what} ${has}: nothing was undone.`);
}
