import generated from "./attacks.generated.json" with { type: "json" };
import type { AttackData, AttackPattern, Incidents, Taxonomies } from "./schema.ts";

/** The attack files as `npm run rules` checked and wrote them; a test fails when they differ from the files. */
export const attackData = generated as unknown as AttackData;

/** Every attack pattern with its page, by slug. Those that `concerns: any` belong on one list, not on each tool's page. */
export function listAttacks(): AttackPattern[] {
  return attackData.patterns;
}

/** The lists of risks whose ids the patterns name, each with the edition the ids are from. */
export function listTaxonomies(): Taxonomies {
  return attackData.taxonomies;
}

/** What has happened, by slug: each with its sources, and whether they were read. */
export function listIncidents(): Incidents {
  return attackData.incidents;
}
