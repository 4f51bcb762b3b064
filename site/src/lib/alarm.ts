/** What must not be overlooked beside a mild verdict: that the definition's text itself is one to fear. */
import type { Finding } from "../../../classifier/index.ts";
import { count } from "./words.ts";

/** Of a tool of which no more is known here than that a finding is an error. */
export const LOOKS_LIKE_ATTACK = "Its text looks like an attack";

/** In: the findings of a verdict. Out: one sentence without its stop where any is an error, else undefined. */
export function alarmWords({
  findings,
}: {
  findings: readonly Pick<Finding, "severity">[];
}): string | undefined {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors === 0 ? undefined : `${LOOKS_LIKE_ATTACK}: ${count(errors, "finding")}`;
}
