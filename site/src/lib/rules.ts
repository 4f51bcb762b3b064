/**
 * What stands under /rules: the rules, the kinds of findings and the trained model, which all name what evidence rests
 * on. Their texts are ours; nothing here is a stranger's.
 */
import {
  type FindingKind,
  listFindingKinds,
  listRules,
  MODEL_RULE,
  type RulePage,
} from "../../../classifier/index.ts";

const byId = new Map<string, RulePage>();
const kinds = new Map<string, FindingKind>();

/** All rules by id, sorted. Read once: rules are part of the build. */
export function allRules(): RulePage[] {
  return [...rulesById().values()].sort((a, b) => a.id.localeCompare(b.id, "en"));
}

/** The rule with that id, or undefined. */
export function ruleNamed(id: string): RulePage | undefined {
  return rulesById().get(id);
}

function rulesById(): Map<string, RulePage> {
  if (byId.size === 0) for (const rule of listRules()) byId.set(rule.id, rule);
  return byId;
}

/** The kind of finding with that id, or undefined. */
export function findingKind(id: string): FindingKind | undefined {
  if (kinds.size === 0) for (const kind of listFindingKinds()) kinds.set(kind.id, kind);
  return kinds.get(id);
}

/** What a link to a rule, a kind of finding or the model says: its title, or the id when it is gone. */
export function ruleTitle(id: string): string {
  return id === MODEL_RULE ? "Trained model" : (ruleNamed(id)?.title ?? findingKind(id)?.title ?? id);
}
