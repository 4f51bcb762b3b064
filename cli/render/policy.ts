import type { PolicyReason } from "../../policy/index.ts";
import { brief, type Paint, safe, wrap } from "./text.ts";

/** Why each rule of a document is there: its place, the reason, the words it rests on. */
export function renderReasons(reasons: PolicyReason[], width: number, paint: Paint): string {
  return reasons
    .map(({ pointer, why, evidence }) => {
      const words = evidence.map((entry) => `“${brief(entry.excerpt, 60)}” in ${safe(entry.pointer)}`);
      const lines = [paint("bold", safe(pointer)), wrap(safe(why), width, "  ")];
      for (const word of new Set(words)) lines.push(`  - ${word}`);
      return lines.join("\n");
    })
    .join("\n");
}
