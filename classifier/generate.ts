/**
 * `npm run rules`: reads classifier/rules, classifier/words, classifier/attacks and classifier/findings, checks them,
 * and writes what the classifier loads.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { readAttacks } from "./attacks/read.ts";
import { loadFindingKinds } from "./findings/load.ts";
import { loadRules } from "./load-rules.ts";

const folder = import.meta.dirname;
const set = loadRules(folder);
writeFileSync(`${folder}/rules.generated.json`, `${JSON.stringify(set, null, 1)}\n`);

/** The data files below a folder, sorted, with their paths from there. */
function filesBelow(below: string): { path: string; text: string }[] {
  return readdirSync(below, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(md|yaml)$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${below}/${path}`, "utf8") }));
}

const attacks = readAttacks(filesBelow(`${folder}/attacks`), parse);
writeFileSync(`${folder}/attacks/attacks.generated.json`, `${JSON.stringify(attacks, null, 1)}\n`);

const kinds = JSON.stringify(loadFindingKinds(filesBelow(`${folder}/findings`), parse), null, 1);
// Examples hold characters that do not show: they are spelled out, so that a reader of the file sees them.
const spelled = kinds.replace(
  /[^\n -~]/g,
  (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
);
writeFileSync(`${folder}/findings.generated.json`, `${spelled}\n`);
