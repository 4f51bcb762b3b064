import type { JudgedTool } from "../recommend.ts";
import type { Policy, ToolPolicy } from "../schema.ts";

/** Exports: one recommended policy, put into the words of another engine. Each format is one small pure file. */

/** What the recommended policy does with a tool, before a target's means are looked at. */
export const ACCESSES = ["allow", "limit", "check", "deny", "hide"] as const;
/**
 * - allow: no rule at all
 * - limit: rate limits only
 * - check: rules about arguments, with or without limits
 * - deny: every call is denied
 * - hide: every call is denied, and the tool is not listed
 */
export type Access = (typeof ACCESSES)[number];

/** What a target can do with a call. */
export type Outcome = "allow" | "ask" | "deny";

/** One tool as an exporter sees it. */
export interface ExportTool extends JudgedTool {
  name: string;
  access: Access;
  /** Its rules in the reference grammar. */
  rules: ToolPolicy;
}

/** One server as an exporter sees it. */
export interface ExportServer {
  /** Our id of it, such as `npm/@scope/name`. */
  server: string;
  /** The name the user's client or gateway gives it. */
  alias: string;
  tools: ExportTool[];
  /** The recommended document for this server alone. */
  policy: Policy;
}

/** Something a format cannot say, and what was written instead. */
export interface Loss {
  /** What the policy asks for: "rate limits", "asking a person", "argument rules", "hiding". */
  what: string;
  /** What the export does instead, as a sentence. */
  instead: string;
  /** The tools it concerns, as `alias/tool`, sorted. */
  tools: string[];
}

/** A document in a foreign format. */
export interface Exported {
  text: string;
  losses: Loss[];
}

/** Why an export was refused: what the format cannot take, and what to try. */
export interface Refused {
  problem: string;
}

export type ExportResult = ({ ok: true } & Exported) | ({ ok: false } & Refused);

/** How the documents of a format were tried. */
export type ExportProof =
  | {
      kind: "engine";
      /** The engine with its exact version. */
      engine: string;
      /** What it showed, as the end of "Tests …". */
      shown?: string;
    }
  | { kind: "shape-checked only"; why: string };

/** A foreign format. Everything users read of it (listing, docs table, site) is made from this. */
export interface ExportFormat {
  /** As given to `--format`. */
  id: string;
  title: string;
  /** Which program loads it, and where the file goes. */
  target: string;
  /** File name to suggest. */
  file: string;
  mediaType: string;
  /** How the documents were tried: the engine with its exact version, or only their shape. */
  proof: ExportProof;
  /** What it cannot express, whatever the policy: shown in the docs. */
  cannot: string[];
  /** What becomes of a tool: the documented down-mapping. Tests hold the engine to it. */
  outcome: (tool: ExportTool) => Outcome;
  write: (servers: ExportServer[]) => ExportResult;
}
