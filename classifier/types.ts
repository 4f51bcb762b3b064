/**
 * The words of the classifier: what goes in (a tool definition) and what comes out (a verdict).
 * Everything here is plain data that survives JSON.
 */

/** The most severe thing a caller can make the tool do with allowed arguments. Order is severity for ties. */
export const CATEGORIES = ["Unknown", "Read", "Write", "Execute", "Destructive", "Financial"] as const;
export type Category = (typeof CATEGORIES)[number];

/** How bad that can get. `unknown` goes with the category Unknown, and only with it: never shown as low. */
export const RISKS = ["unknown", "low", "medium", "high", "critical"] as const;
export type Risk = (typeof RISKS)[number];

/** What a tool touches; a tool has any number of them. */
export const FACETS = [
  "private-data",
  "untrusted-content",
  "egress",
  "secrets",
  "code-execution",
  "filesystem",
  "messaging",
  "infrastructure",
  "identity",
  "money",
  "browser",
] as const;
export type Facet = (typeof FACETS)[number];

export const REVERSIBLE = ["yes", "no", "unknown"] as const;
export type Reversible = (typeof REVERSIBLE)[number];

/** Who feels it when the call goes wrong, narrowest first. */
export const REACHES = ["call", "account", "other people", "machine"] as const;
export type Reach = (typeof REACHES)[number];

/** The four behaviour hints of MCP (schema/2025-11-25, ToolAnnotations). Absent means not declared. */
export const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const;
export type Hint = (typeof HINTS)[number];
export type Hints = Partial<Record<Hint, boolean>>;

/**
 * A tool as an MCP server served it in `tools/list` (MCP 2025-11-25, Tool). Only `name` is sure to be
 * there and of its type; everything else is a stranger's, so it is `unknown` until looked at.
 */
export interface ToolDefinition {
  name: string;
  title?: unknown;
  description?: unknown;
  inputSchema?: unknown;
  outputSchema?: unknown;
  annotations?: unknown;
  [key: string]: unknown;
}

/** Why the classifier believes something: the characters in the definition that made a rule hold. */
export interface Evidence {
  /** Id of the rule; its page is /rules/<id>. */
  rule: string;
  /** JSON Pointer (RFC 6901) into the definition. */
  pointer: string;
  /**
   * Range in UTF-16 code units, end exclusive: in the string the pointer leads to, or, where it leads to
   * anything else (a property of a schema), in the pointer's own last token, unescaped: the property's name.
   */
  start: number;
  end: number;
  /** Exactly those characters. */
  excerpt: string;
  /** The category this speaks for. Absent when it only sets a facet or speaks against one. */
  supports?: Category;
  /** The category this keeps the verdict from: "without deleting" opposes Destructive. */
  opposes?: Category;
  /** The facet this shows. */
  facet?: Facet;
}

/** Something a reader should know about the definition itself, apart from what the tool does. */
export interface Finding {
  /** Kind of finding, such as `hidden-characters`; its page is /rules/<id>. */
  id: string;
  severity: "info" | "warning" | "error";
  /** One sentence in our own words. */
  message: string;
  evidence: Evidence[];
}

/** What one value of an action argument (or one shape of the arguments) makes of the tool. */
export interface Branch {
  /** JSON Pointer of the argument in the definition: `/inputSchema/properties/action`. */
  pointer: string;
  /** The argument's name and the value that selects this branch. */
  argument: string;
  value: string | number | boolean;
  category: Category;
  risk: Risk;
  because: string;
}

export interface AnnotationConflict {
  hint: Hint;
  declared: boolean;
  suggested: boolean;
  why: string;
}

export interface AnnotationAudit {
  /** What the server said, and nothing the protocol would default. */
  declared: Hints;
  /** What the verdict would declare. */
  suggested: Hints;
  conflicts: AnnotationConflict[];
}

/** What the classifier says of one definition. Published JSON adds `server` in front. */
export interface Verdict {
  name: string;
  /** `sha256:<hex>` of the canonical definition (RFC 8785): same digest, same verdict. */
  digest: string;
  category: Category;
  risk: Risk;
  /** 0 to 1: how often a verdict like this is right about the category. */
  confidence: number;
  facets: Facet[];
  reversible: Reversible;
  reach: Reach;
  /** One sentence: what the tool does. */
  summary: string;
  /** One or two sentences: why this category and this risk. */
  because: string;
  /** Why not the categories next to it. */
  notBecause: { category: Category; why: string }[];
  evidence: Evidence[];
  branches: Branch[];
  annotations: AnnotationAudit;
  findings: Finding[];
  /** Version of the rules that said so. */
  rules: string;
}
