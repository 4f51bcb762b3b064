import type { ToolDefinition, Verdict } from "../classifier/types.ts";
import {
  CHAINED_SQL,
  inDomains,
  insideRoots,
  LINK_LOCAL,
  LOCAL_FILE,
  ODD_HOST,
  onHosts,
  PRIVATE_HOST,
  READING_SQL,
  TRAVERSAL,
  WRITING_FIRST,
  WRITING_SQL,
} from "./_bounds.ts";
import type { Condition } from "./schema.ts";
import type { Bounds, Preset } from "./types.ts";

/** An argument at the top of a schema. */
export interface Argument {
  name: string;
  /** The name as the rules read it. */
  plain: string;
  path: string;
  description: string;
  /** The schema says that it must be sent. */
  needed: boolean;
  /** Its values are a list of plain words, which are no addresses, paths or statements. */
  words: boolean;
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
  /** For lists of plain words too. */
  words?: true;
  /** The bound of the configuration that it is there for. */
  bound?: keyof Bounds;
  /** Each denies by itself. */
  deny?: (subject: Subject, argument: Argument) => Test[];
  /** Each must hold, or the call is denied; also where the argument is not sent. */
  require?: (subject: Subject, argument: Argument) => Test[];
  message: string;
  why: string;
}

const atLeast =
  (least: "recommended" | "strict") =>
  ({ preset }: Subject): boolean =>
    preset === "strict" || (least === "recommended" && preset === "recommended");
const lasts = ({ verdict }: Subject) => verdict.reversible === "no";

/** The two ends of a copy or a move; paths only where the tool is about files. */
const ENDS = /(^|_)(source|src|destination|dest|target)$/;
const PATHS = new RegExp(`(^|_)(path|file|filename|filepath|dir|directory|folder)$|${ENDS.source}`);
const URLS = /(^|_)(url|uri|href|endpoint|webhook)$/;
const SQLS = /(^|_)(sql|query|statement)$/;
const SQL = /(^|[^a-z])sql([^a-z]|$)/i;

/**
 * Without a user's word a rule is in `recommended` only where ordinary calls keep working: the addresses of cloud
 * metadata, writing SQL for a tool that reads, an argument for reasons. `strict` has the rest; `permissive` has none.
 */
export const ARGUMENT_RULES: readonly BoundRule[] = [
  {
    type: "string",
    names: PATHS,
    bound: "pathRoots",
    when: ({ bounds, verdict }, { plain }) =>
      (bounds.pathRoots ?? []).length > 0 && (!ENDS.test(plain) || verdict.facets.includes("filesystem")),
    deny: () => [{ op: "regex", value: TRAVERSAL }],
    require: ({ bounds }) => [{ op: "regex", value: insideRoots(bounds.pathRoots ?? []) }],
    message: "Denied: only paths inside the folders that the configuration names, without .. in them.",
    why: "The configuration names the folders that paths must be in.",
  },
  {
    type: "string",
    names: URLS,
    bound: "urlHosts",
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
    when: (subject) => atLeast("recommended")(subject) && !subject.bounds.urlHosts?.length,
    deny: () => [{ op: "regex", value: ODD_HOST }],
    message: "Denied: write the host in plain ASCII letters (xn-- for others), or as four decimal numbers.",
    why: "The argument is an address: a host in other writing may be a link-local one in disguise.",
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
    bound: "recipientDomains",
    when: ({ bounds, verdict }) =>
      (bounds.recipientDomains ?? []).length > 0 && verdict.facets.includes("messaging"),
    require: ({ bounds }) => [{ op: "regex", value: inDomains(bounds.recipientDomains ?? []) }],
    message: "Denied: only one recipient in the domains that the configuration names.",
    why: "The configuration names the domains that recipients must be in.",
  },
  {
    type: "number",
    names: /(^|_)(amount|price|total)$/,
    bound: "amountCeiling",
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
    words: true,
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
    deny: (subject, argument) => [
      { op: "regex", value: WRITING_SQL },
      ...(mustRead(subject, argument) ? [] : [{ op: "regex" as const, value: WRITING_FIRST }]),
      { op: "regex", value: CHAINED_SQL },
    ],
    require: (subject, argument) =>
      mustRead(subject, argument) ? [{ op: "regex", value: READING_SQL }] : [],
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
    words: true,
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
function isSql(subject: Subject, argument: Argument): boolean {
  return isSurelySql(subject, argument) || SQL.test(`${subject.definition.description ?? ""}`);
}

function isSurelySql({ definition }: Subject, { plain, description }: Argument): boolean {
  return SQL.test(`${plain} ${description} ${normal(definition.name)}`.replaceAll("_", " "));
}

/** Where it may be left out, or is a search or a language like SQL after all, a required beginning would deny ordinary calls. */
function mustRead(subject: Subject, argument: Argument): boolean {
  const description = argument.description.replace(/sql[- ]like|like sql/gi, "");
  return argument.needed && isSurelySql(subject, { ...argument, description });
}

function inEitherCase(text: string): string[] {
  return [text.toUpperCase(), text.toLowerCase()];
}
