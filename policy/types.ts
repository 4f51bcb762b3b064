import type { Evidence } from "../classifier/types.ts";
import type { Rule, Window } from "./schema.ts";

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

/** One rule for one tool, with why it is there. Documents are assembled from parts, so merging is putting parts together. */
export type Part = (
  | { kind: "allow" }
  | { kind: "hide" }
  | { kind: "deny"; rule: Rule }
  | { kind: "require"; rule: Rule }
  | { kind: "limit"; window: Window; max: number }
) & { why: string; evidence: Evidence[] };

/** What only the user can know: the bounds of arguments. Each is a rule only for tools with such an argument. */
export interface Bounds {
  /** Folders that paths must be in, as the tool is given them. */
  pathRoots?: readonly string[];
  /** Hosts that addresses must be on. */
  urlHosts?: readonly string[];
  /** Domains that recipients must be in. */
  recipientDomains?: readonly string[];
  /** The largest amount of one call, in the tool's own unit, and its currency. */
  amountCeiling?: { max: number; currency: string };
}
