import type { ToolDefinition, Verdict } from "../classifier/types.ts";
import {
  CHAINED_SQL,
  inDomains,
  insideRoots,
  LINK_LOCAL,
  LOCAL_FILE,
  onHosts,
  PRIVATE_HOST,
  TRAVERSAL,
  WRITING_SQL,
} from "./_bounds.ts";
import type { Condition } from "./schema.ts";
import type { Bounds, Preset } from "./types.ts";

/** An argument at the top of a schema. */
export interface Argument {
  name: string;
  path: string;
  description: string;
}

/** What the rules look at. */
export interface Subject {
  definition: ToolDefinition;
  verdict: Verdict;
  preset: Preset;
  bounds: Bounds;
  arguments: Record<ArgumentType, Argument[]>;
}

export type ArgumentType = "string" | "number" | "boolean";
export type Test = Pick<Condition, "op" | "value">;

/** One line of the table: which arguments it bounds, when, and how. */
export interface BoundRule {
  type: ArgumentType;
  /** The words the argument's name ends in, joined by _. */
  names: RegExp;
  when: (subject: Subject, argument: Argument) => boolean;
  /** Each denies by itself. */
  deny?: (subject: Subject) => Test[];
  /** Each must hold, or the call is denied. */
  require?: (subject: Subject) => Test[];
  message: string;
  why: string;
}

const atLeast =
  (least: "recommended" | "strict") =>
  ({ preset }: Subject): boolean =>
    preset === "strict" || (least === "recommended" && preset === "recommended");
const lasts = ({ verdict }: Subject) => verdict.reversible === "no";

const URLS = /(^|_)(url|uri|href|endpoint|webhook)$/;
const SQLS = /(^|_)(sql|query|statement)$/;

/**
 * Without a user's word a rule is in `recommended` only where ordinary calls keep working: the addresses of cloud
 * metadata, writing SQL for a tool that reads, an argument for reasons. `strict` has the rest; `permissive` has none.
 */
export const ARGUMENT_RULES: readonly BoundRule[] = [
  {
    type: "string",
    names: /(^|_)(path|file|filename|filepath|dir|directory|folder)$/,
    when: ({ bounds }) => (bounds.pathRoots ?? []).length > 0,
    deny: () => [{ op: "regex", value: TRAVERSAL }],
    require: ({ bounds }) => [{ op: "regex", value: insideRoots(bounds.pathRoots ?? []) }],
    message: "Denied: only paths inside the folders that the configuration names, without .. in them.",
    why: "The configuration names the folders that paths must be in.",
  },
  {
    type: "string",
    names: URLS,
    when: ({ bounds }) => (bounds.urlHosts ?? []).length > 0,
    require: ({ bounds }) => [{ op: "regex", value: onHosts(bounds.urlHosts ?? []) }],
    message: "Denied: only http addresses on the hosts that the configuration names.",
    why: "The configuration names the hosts that addresses must be on.",
  },
  {
    type: "string",
    names: URLS,
    when: (subject) => atLeast("recommended")(subject) && !subject.bounds.urlHosts?.length,
    deny: () => [{ op: "regex", value: LINK_LOCAL }],
    message: "Denied: link-local addresses, where cloud machines keep their credentials.",
    why: "The argument is an address: link-local ones hand out the machine's own credentials.",
  },
  {
    type: "string",
    names: URLS,
    when: (subject) => atLeast("strict")(subject) && !subject.bounds.urlHosts?.length,
    deny: () => [
      { op: "regex", value: PRIVATE_HOST },
      { op: "regex", value: LOCAL_FILE },
    ],
    message: "Denied: addresses of this machine, of private networks, and files.",
    why: "The argument is an address: the caller could reach what only this machine can.",
  },
  {
    type: "string",
    names: /^(to|recipient|to_email|to_address|recipient_email|email_to|cc|bcc)$/,
    when: ({ bounds, verdict }) =>
      (bounds.recipientDomains ?? []).length > 0 && verdict.facets.includes("messaging"),
    require: ({ bounds }) => [{ op: "regex", value: inDomains(bounds.recipientDomains ?? []) }],
    message: "Denied: only one recipient in the domains that the configuration names.",
    why: "The configuration names the domains that recipients must be in.",
  },
  {
    type: "number",
    names: /(^|_)(amount|price|total)$/,
    when: ({ bounds, verdict }) => bounds.amountCeiling !== undefined && verdict.category === "Financial",
    deny: ({ bounds }) => [
      { op: "gt", value: bounds.amountCeiling?.max ?? 0 },
      { op: "lt", value: 0 },
    ],
    message: "Denied: the amount is negative or above the ceiling of the configuration.",
    why: "The configuration sets a ceiling for amounts, in the unit of this argument.",
  },
  {
    type: "string",
    names: /^currency(_code)?$/,
    when: ({ bounds, verdict }) => bounds.amountCeiling !== undefined && verdict.category === "Financial",
    require: ({ bounds }) => [
      { op: "in", value: [...new Set(inEitherCase(bounds.amountCeiling?.currency ?? ""))] },
    ],
    message: "Denied: another currency than the one of the configuration's ceiling.",
    why: "A ceiling for amounts holds in one currency only.",
  },
  {
    type: "number",
    names: /(^|_)(amount|price|total)$/,
    when: (subject) =>
      atLeast("strict")(subject) &&
      subject.verdict.category === "Financial" &&
      subject.bounds.amountCeiling === undefined,
    deny: () => [{ op: "lt", value: 0 }],
    message: "Denied: the amount is negative.",
    why: "A negative amount turns the direction of the money.",
  },
  {
    type: "string",
    names: SQLS,
    when: (subject, argument) =>
      isSql(subject, argument) &&
      (atLeast("strict")(subject) ||
        (atLeast("recommended")(subject) && subject.verdict.category === "Read")),
    deny: () => [
      { op: "regex", value: WRITING_SQL },
      { op: "regex", value: CHAINED_SQL },
    ],
    message: "Denied: one reading SQL statement at a time, without words such as DELETE or UPDATE in it.",
    why: "The argument is SQL: what the tool does is decided there.",
  },
  {
    type: "boolean",
    names: /^(dry_run|dryrun|preview_only|simulate)$/,
    when: (subject) => atLeast("strict")(subject) && lasts(subject),
    require: () => [{ op: "eq", value: true }],
    message: "Denied: only as a trial run. Ask a person to do it for real.",
    why: "What the tool does cannot be undone, and it offers a trial run.",
  },
  {
    type: "boolean",
    names: /^(force|forced|recursive)$/,
    when: (subject) => atLeast("strict")(subject) && !["Read", "Unknown"].includes(subject.verdict.category),
    deny: () => [{ op: "eq", value: true }],
    message: "Denied: not by force and not recursively. Ask a person to do it by hand.",
    why: "The argument makes the call do more than asked, or do it in spite of a warning.",
  },
  {
    type: "string",
    names: /^(reason|justification)$/,
    when: (subject) => atLeast("recommended")(subject) && lasts(subject),
    require: () => [{ op: "regex", value: "[^ \\t\\n\\r\\f]" }],
    message: "Denied: say in the argument for reasons why this is done.",
    why: "What the tool does cannot be undone, and it takes a reason.",
  },
];

/** A name as the rules read it: `toEmail` and `to-email` are `to_email`. */
export function normal(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

/** Most arguments named query are searches: only with the word SQL in sight are they statements. */
function isSql({ definition }: Subject, { name, description }: Argument): boolean {
  const text = `${normal(name)} ${description} ${normal(definition.name)} ${definition.description ?? ""}`;
  return /(^|[^a-z])sql([^a-z]|$)/i.test(text.replaceAll("_", " "));
}

function inEitherCase(text: string): string[] {
  return [text.toUpperCase(), text.toLowerCase()];
}
