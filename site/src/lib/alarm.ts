/** What must not be overlooked beside a mild verdict: that the definition's text itself is one to fear. */
import type { Finding } from "../../../classifier/index.ts";
import { count } from "./words.ts";

/** In: the findings of a verdict. Out: one sentence without its stop where any is an error, else undefined. */
export function alarmWords({
  findings,
}: {
  findings: readonly Pick<Finding, "severity">[];
}): string | undefined {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors === 0 ? undefined : `Its text looks like an attack: ${count(errors, "finding")}`;
}
