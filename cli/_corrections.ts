import { fileURLToPath } from "node:url";
import {
  type Correction,
  type Corrections,
  correctionsOf,
  type JudgedTool,
  parseCorrections,
} from "../policy/index.ts";
import { readYamlSettings } from "./_yaml-settings.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";

const OWN = fileURLToPath(new URL("../corrections.yaml", import.meta.url));

/** Corrections, ready for use, with the entries they come from. */
interface ListedCorrections extends Corrections {
  entries: readonly Correction[];
}

/**
 * The reviewed corrections that ship with Placard, and behind them those of the file that PLACARD_CORRECTIONS names,
 * which count where both speak of a definition.
 * @throws Failure for a file that cannot be read or says something else.
 */
export async function readCorrections(env: NodeJS.ProcessEnv): Promise<ListedCorrections> {
  const files = env.PLACARD_CORRECTIONS ? [OWN, env.PLACARD_CORRECTIONS] : [OWN];
  const lists = [];
  for (const file of files)
    lists.push(await readYamlSettings(file, "reading the corrections", parseCorrections));
  const entries = lists.flat();
  return { ...correctionsOf(entries), entries };
}

/**
 * Says on stderr which corrections name one of these tools of a server but the digest of another definition: mistyped,
 * or of before the server changed it, such an entry does nothing. A tool that another entry corrects is left alone.
 */
export function noteStaleCorrections(
  { entries, digests }: Pick<ListedCorrections, "entries" | "digests">,
  server: string,
  tools: readonly JudgedTool[],
  io: Io,
): void {
  const present = Map.groupBy(tools, ({ definition }) => definition.name);
  const counting = new Set(digests);
  for (const entry of entries) {
    const served = entry.server === server ? present.get(entry.tool) : undefined;
    const [first] = served ?? [];
    if (first === undefined || served?.some(({ verdict }) => counting.has(verdict.digest))) continue;
    io.note(
      `placard: the correction of "${brief(entry.tool, 80)}" of ${safe(server)} is about another definition, ${entry.digest}, so it does nothing. The one here is ${first.verdict.digest}: read it, then give the entry that digest.`,
    );
  }
}
