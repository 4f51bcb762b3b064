/** `npm run rules`: reads classifier/rules and classifier/words, checks them, and writes what the classifier loads. */
import { writeFileSync } from "node:fs";
import { loadRules } from "./load-rules.ts";

const folder = import.meta.dirname;
const set = loadRules(folder);
writeFileSync(`${folder}/rules.generated.json`, `${JSON.stringify(set, null, 1)}\n`);
