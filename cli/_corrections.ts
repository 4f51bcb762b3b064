import { fileURLToPath } from "node:url";
import { type Corrections, correctionsOf, parseCorrections } from "../policy/index.ts";
import { readYamlSettings } from "./_yaml-settings.ts";

const OWN = fileURLToPath(new URL("../corrections.yaml", import.meta.url));

/**
 * The reviewed corrections that ship with Placard, and behind them those of the file that PLACARD_CORRECTIONS names,
 * which count where both speak of a definition.
 * @throws Failure for a file that cannot be read or says something else.
 */
export async function readCorrections(env: NodeJS.ProcessEnv): Promise<Corrections> {
  const files = env.PLACARD_CORRECTIONS ? [OWN, env.PLACARD_CORRECTIONS] : [OWN];
  const lists = [];
  for (const file of files)
    lists.push(await readYamlSettings(file, "reading the corrections", parseCorrections));
  return correctionsOf(lists.flat());
}
