/**
 * What a static site was made from, in its folder: a line of JSON for the build, one for each file set that is about to
 * be written, one when it is. Lines are only added while building, so a build that was killed is known by its last
 * lines and is mended by the next.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod";

/** The journal's name in the output folder. */
export const JOURNAL = ".placard-build.jsonl";

const inside = z
  .string()
  .min(1)
  .refine((name) => !name.startsWith("/") && !/[\\:]|(^|\/)\.{1,2}(\/|$)/.test(name), "leaves the folder");

const headSchema = z.object({
  placard: z.literal(1),
  /** Everything else that pages depend on: the code, the base, the site's own address. */
  made: z.string(),
  /** A digest of the whole catalog; said only when everything made from it is there. */
  catalog: z.string().optional(),
});
const unitSchema = z.object({
  /** What the files are of: `server <id>`, `list <address>`, … */
  unit: z.string(),
  files: z.array(inside),
});
const doneSchema = z.object({
  unit: z.string(),
  /** A digest of what the files were made from. */
  state: z.string(),
});

export interface Unit {
  files: string[];
  /** Absent where the build stopped before all of them were written. */
  state?: string;
}

export interface Journal {
  made: string;
  /** Absent where a build stopped before its end. */
  catalog?: string;
  units: Map<string, Unit>;
}

/** The journal of a folder; undefined when it has none of ours. Lines that were cut off are passed over. */
export function readJournal(path: string): Journal | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let journal: Journal | undefined;
  for (const line of text.split("\n")) {
    const value = parse(line);
    const head = headSchema.safeParse(value);
    if (head.success) {
      // A build of another make begins: what the one before it wrote has to be made anew, and is still ours.
      const units = journal?.units ?? new Map<string, Unit>();
      if (journal?.made !== head.data.made) for (const unit of units.values()) unit.state = undefined;
      const { made, catalog } = head.data;
      journal = { made, catalog, units };
      continue;
    }
    if (journal) note(journal.units, value);
  }
  return journal;
}

function note(units: Map<string, Unit>, value: unknown): void {
  const done = doneSchema.safeParse(value);
  if (done.success) {
    const unit = units.get(done.data.unit);
    if (unit) unit.state = done.data.state;
    return;
  }
  const begun = unitSchema.safeParse(value);
  if (!begun.success) return;
  const { unit, files } = begun.data;
  // What it had before is ours until it is removed.
  units.set(unit, { files: [...new Set([...(units.get(unit)?.files ?? []), ...files])] });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The first line of a build. */
export const headLine = (made: string, catalog?: string): string =>
  JSON.stringify({ placard: 1, made, catalog });
/** Said before the files of a unit are written. */
export const beginLine = (unit: string, files: readonly string[]): string => JSON.stringify({ unit, files });
/** Said when all of them are. */
export const doneLine = (unit: string, state: string): string => JSON.stringify({ unit, state });

/** Adds lines, each whole. A line that a killed build cut off ends here. */
export function appendLines(path: string, lines: readonly string[]): void {
  appendFileSync(path, lines.map((line) => `\n${line}`).join(""));
}

/** A journal in as few lines as it takes. */
export function compactJournal({ made, catalog, units }: Journal): string {
  const lines = [headLine(made, catalog)];
  for (const [unit, { files, state }] of units) {
    if (files.length === 0) continue;
    lines.push(beginLine(unit, files));
    if (state !== undefined) lines.push(doneLine(unit, state));
  }
  return `${lines.join("\n")}\n`;
}
