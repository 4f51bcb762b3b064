import type { RulePage } from "./rule-schema.ts";
import generated from "./rules.generated.json" with { type: "json" };
import { spellOut, type WrittenRules } from "./spell-out.ts";

/** Version of the rules and the trained model: year, month, and a count within it. Any change of a verdict is a new one. */
export const RULES_VERSION = "2026.11.8";

/** The rules as `npm run rules` checked and wrote them; a test fails when they differ from the files. */
export const ruleSet = spellOut(generated as unknown as WrittenRules);

/** Every rule with its page, sorted by category and id. */
export function listRules(): RulePage[] {
  return ruleSet.pages;
}
