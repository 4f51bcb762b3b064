import type { FindingClause } from "./kind-schema.ts";

/** A clause that holds, and where: UTF-16 range in the text, end exclusive. */
export interface Hit {
  clause: FindingClause;
  start: number;
  end: number;
}
