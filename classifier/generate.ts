/**
 * `npm run rules`: reads classifier/rules, classifier/words, classifier/attacks and classifier/findings, checks them,
 * and writes what the classifier loads. Nothing is written while a file does not fit.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { readAttacks } from "./attacks/read.ts";
import { type DataFile, DataFileError } from "./data-file.ts";
import { loadFindingKinds } from "./findings/load.ts";
import { loadRules } from "./load-rules.ts";
import { escapeUnits } from "./safe-json.ts";

const folder = import.meta.dirname;

try {
  const rules = JSON.stringify(loadRules(folder), null, 1);
  const attacks = JSON.stringify(readAttacks(filesBelow(`${folder}/attacks`), parse), null, 1);
  const kinds = JSON.stringify(loadFindingKinds(filesBelow(`${folder}/findings`), parse), null, 1);
  writeFileSync(`${folder}/rules.generated.json`, `${rules}\n`);
  writeFileSync(`${folder}/attacks/attacks.generated.json`, `${attacks}\n`);
  // Examples hold characters that do not show: they are spelled out, so that a reader of the file sees them.
  writeFileSync(`${folder}/findings.generated.json`, `${kinds.replace(/[^\n -~]/g, escapeUnits)}\n`);
} catch (error) {
  if (!(error instanceof DataFileError)) throw error;
  console.error(`rules: ${error.message}`);
  process.exit(2);
}

/** The data files below a folder, sorted, with their paths from there. */
function filesBelow(below: string): DataFile[] {
  return readdirSync(below, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(md|yaml)$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${below}/${path}`, "utf8") }));
}
