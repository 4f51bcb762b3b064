import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { plain } from "./_text.ts";
import type { Fetched } from "./source.ts";

const rest = {
  why: z.string().min(1),
  since: z.iso.date(),
};
const listSchema = z.array(
  z.union([
    z.strictObject({ server: z.string().min(1), ...rest }),
    z.strictObject({ pattern: z.string().min(1), ...rest }),
  ]),
);

/** A server, or all that fit a pattern, to be left out: why, and since when. */
export type Exclusion = z.infer<typeof listSchema>[number];
export type Exclusions = { ok: true; exclusions: Exclusion[] } | { ok: false; reason: string };

const OWN = fileURLToPath(new URL("./exclude.yaml", import.meta.url));

/**
 * Reads a list of exclusions, as `exclude.yaml` is written.
 *
 * @returns the list, or one sentence that says what is wrong with it
 */
export function readExclusions(path: string): Exclusions {
  const fail = (what: string): Exclusions => ({
    ok: false,
    reason: `Reading the list of excluded servers ${path}: ${what} crawler/exclude.yaml says how it is written.`,
  });
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, "utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return fail(
      code === "ENOENT"
        ? "there is no such file."
        : `it can't be read (${plain(error instanceof Error ? error.message : String(error), 200)}).`,
    );
  }
  const parsed = listSchema.safeParse(raw ?? []);
  if (parsed.success) return { ok: true, exclusions: parsed.data };
  const [place] = parsed.error.issues[0]?.path ?? [];
  const where = typeof place === "number" ? `entry ${place + 1}` : "it";
  return fail(`${where} is not { server or pattern, why, since: YYYY-MM-DD }.`);
}

/**
 * The result for a server that is left out; undefined for all others. A list of the user's own that can't be read
 * leaves out everything: nobody is asked who may have asked not to be.
 */
export function excluded(server: string, file: string | undefined): Fetched | undefined {
  const own = file ?? process.env.PLACARD_EXCLUDE;
  for (const path of own === undefined || own === "" ? [OWN] : [OWN, own]) {
    const list = readOnce(path);
    if (!list.ok) return { ok: false, status: "skipped", reason: list.reason, raw: [], facts: {} };
    const found = list.exclusions.find((exclusion) => fits(exclusion, server));
    if (found === undefined) continue;
    const reason = plain(`${server} is left out since ${found.since}: ${found.why}`, 1_000);
    return { ok: false, status: "skipped", reason, raw: [], facts: { withdrawn: "excluded" } };
  }
  return undefined;
}

const lists = new Map<string, { changed: number | undefined; list: Exclusions }>();

/** Read again only when the file has changed: long-running workers notice a request. */
function readOnce(path: string): Exclusions {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const known = lists.get(path);
  if (known !== undefined && known.changed === changed) return known.list;
  const list = readExclusions(path);
  lists.set(path, { changed, list });
  return list;
}

/** Letters count in any case: neither npm nor host names tell them apart. */
function fits(exclusion: Exclusion, server: string): boolean {
  const id = server.toLowerCase();
  if ("server" in exclusion) return exclusion.server.toLowerCase() === id;
  const parts = exclusion.pattern.toLowerCase().split("*");
  const first = parts.shift() ?? "";
  const last = parts.pop();
  if (last === undefined) return id === first;
  if (!id.startsWith(first) || !id.endsWith(last) || id.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts) {
    const found = id.indexOf(part, at);
    if (found === -1 || found + part.length > id.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
