import type { Evidence } from "../classifier/types.ts";

/** How tight a recommendation is. */
export const PRESETS = ["strict", "recommended", "permissive"] as const;
export type Preset = (typeof PRESETS)[number];

/** Why a rule of a recommended policy is there; kept beside the document, never inside it. */
export interface PolicyReason {
  /** JSON Pointer into the policy document. */
  pointer: string;
  /** One sentence in our own words. */
  why: string;
  evidence: Evidence[];
}
