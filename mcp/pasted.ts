/** Definitions that a client hands over. */
import { parseDefinition, type ToolDefinition } from "../classifier/index.ts";
import { MOST } from "./schemas.ts";
import { type Outcome, refused } from "./tool.ts";

/** A definition that can be classified, or why not, as a sentence's end. */
export function readDefinition(given: unknown): Outcome<ToolDefinition> {
  // Its depth first: nothing that recurses may see what is nested too deep.
  const parsed = parseDefinition(given);
  if (!parsed.ok) return refused(parsed.problem);
  const size = JSON.stringify(parsed.definition).length;
  if (size <= MOST.definition) return { ok: true, value: parsed.definition };
  return refused(`it has ${size} characters as JSON, and ${MOST.definition} are taken`);
}
