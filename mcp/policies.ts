/** The recommended policy of some servers as answers hold it. */
import {
  defaultAlias,
  type ExportFormat,
  type ExportServer,
  type Loss,
  prepareServer,
} from "../policy/export/index.ts";
import type { JudgedTool, Preset } from "../policy/index.ts";
import { shownDocument } from "./contain.ts";
import { type Outcome, refused } from "./tool.ts";

export interface ChosenServer {
  server: string;
  tools: JudgedTool[];
}

export interface WrittenPolicy {
  document: string;
  losses: Loss[];
  prepared: ExportServer[];
}

/**
 * The document in a format, or why an answer cannot hold it.
 * @param most its longest, in UTF-16 code units
 * @param elsewhere what to try where it is too long or holds characters that do not show, as a sentence
 */
export function writeDocument(
  chosen: readonly ChosenServer[],
  {
    format,
    preset,
    aliases,
  }: { format: ExportFormat; preset: Preset; aliases?: ReadonlyMap<string, string> },
  most: number,
  elsewhere: string,
): Outcome<WrittenPolicy> {
  const prepared = chosen.map(({ server, tools }) =>
    prepareServer(server, aliases?.get(server) ?? defaultAlias(server), tools, { preset }),
  );
  const written = format.write(prepared);
  if (!written.ok) return refused(`Writing ${format.title}: ${written.problem}`);
  const document = shownDocument(written.text, format.mediaType);
  if (document === undefined) {
    return refused(
      `The document has names with characters that do not show, and no escape for them. ${elsewhere}`,
    );
  }
  if (document.length > most) {
    return refused(
      `The document has ${document.length} characters, and an answer holds ${most}. ${elsewhere}`,
    );
  }
  return { ok: true, value: { document, losses: written.losses, prepared } };
}
