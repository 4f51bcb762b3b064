/** The rules as the site shows them. Their texts are ours, from the rule files; nothing here is a stranger's. */
import { listRules, type RulePage } from "../../../classifier/index.ts";

const byId = new Map<string, RulePage>();

/** All rules by id, sorted. Read once: rules are part of the build. */
export function allRules(): RulePage[] {
  if (byId.size === 0) for (const rule of listRules()) byId.set(rule.id, rule);
  return [...byId.values()].sort((a, b) => a.id.localeCompare(b.id, "en"));
}

/** The rule with that id, or undefined. */
export function ruleNamed(id: string): RulePage | undefined {
  allRules();
  return byId.get(id);
}

/** What a link to a rule says: its title, or the id when there is no such rule any more. */
export function ruleTitle(id: string): string {
  return ruleNamed(id)?.title ?? id;
}
