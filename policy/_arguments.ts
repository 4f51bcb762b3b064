import { jsonPointer } from "../classifier/json-pointer.ts";
import { recordOf } from "../classifier/record.ts";
import type { Evidence, ToolDefinition, Verdict } from "../classifier/types.ts";
import {
  ARGUMENT_RULES,
  type Argument,
  type ArgumentType,
  type BoundRule,
  normal,
  type Subject,
  type Test,
} from "./_argument-rules.ts";
import { unbounded } from "./_unbounded.ts";
import type { Bounds, Part, Preset } from "./types.ts";

/**
 * Rules about arguments for one tool, from its schema. Only arguments at the top of the schema, of exactly one type,
 * whose name can be written as a path: of a list of recipients, for one, the grammar cannot bound every member.
 */
export function argumentParts(
  definition: ToolDefinition,
  verdict: Verdict,
  preset: Preset,
  bounds: Bounds,
): Part[] {
  const subject = { definition, verdict, preset, bounds, arguments: argumentsOf(definition) };
  return rulesFor(subject).flatMap((row) =>
    argumentsFor(row, subject).flatMap((argument) => partsOf(row, subject, argument)),
  );
}

/** The bounds of a configuration that speak of such tools, but reach no argument of this one: a sentence for each. */
export function boundsWithoutArgument(
  definition: ToolDefinition,
  verdict: Verdict,
  bounds: Bounds,
): string[] {
  if (Object.keys(bounds).length === 0) return [];
  const subject: Subject = {
    definition,
    verdict,
    preset: "permissive",
    bounds,
    arguments: argumentsOf(definition),
  };
  const used = rulesFor(subject).filter((row) => argumentsFor(row, subject).length > 0);
  return unbounded(verdict, bounds, new Set(used.flatMap(({ bound }) => bound ?? [])));
}

/** A bound that only the user can set, and an argument that it would reach. */
export interface OwnBound {
  bound: keyof Bounds;
  argument: string;
}

/** Any values: what matters is that they are there. */
const ALL_BOUNDS: Required<Bounds> = {
  pathRoots: ["/"],
  urlHosts: ["example.com"],
  recipientDomains: ["example.com"],
  amountCeiling: { max: 1, currency: "EUR" },
};

/** The arguments of a tool that a configuration could bound, each with the bound for it; in the order of the table. */
export function ownBounds(definition: ToolDefinition, verdict: Verdict): OwnBound[] {
  const subject: Subject = {
    definition,
    verdict,
    preset: "permissive",
    bounds: ALL_BOUNDS,
    arguments: argumentsOf(definition),
  };
  return rulesFor(subject).flatMap((row) => {
    const { bound } = row;
    return bound ? argumentsFor(row, subject).map(({ name }) => ({ bound, argument: name })) : [];
  });
}

/** The rules by whose names an argument of the subject goes, in the order of the table. */
function rulesFor({ arguments: found }: Subject): readonly BoundRule[] {
  const named = new Set(
    Object.values(found).flatMap((list) => list.flatMap(({ plain }) => rulesNamed(plain))),
  );
  return named.size === 0 ? [] : ARGUMENT_RULES.filter((row) => named.has(row));
}

/** By names that many tools have. Only saves time; emptied when full. */
const known = new Map<string, readonly BoundRule[]>();
const MOST_KNOWN = 10_000;

function rulesNamed(plain: string): readonly BoundRule[] {
  const before = known.get(plain);
  if (before) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const rules = ARGUMENT_RULES.filter(({ names }) => names.test(plain));
  known.set(plain, rules);
  return rules;
}

function argumentsFor(row: BoundRule, subject: Subject): Argument[] {
  return subject.arguments[row.type].filter(
    (argument) =>
      rulesNamed(argument.plain).includes(row) &&
      (row.words === true || !argument.words) &&
      row.when(subject, argument),
  );
}

function partsOf(row: BoundRule, subject: Subject, argument: Argument): Part[] {
  const { name, path, needed } = argument;
  const evidence: Evidence[] = [
    {
      rule: "argument",
      pointer: jsonPointer(["inputSchema", "properties", name]),
      start: 0,
      end: name.length,
      excerpt: name,
    },
  ];
  const rule = (test: Test, more = "") => ({
    conditions: [{ path, ...test }],
    on_deny: `${row.message}${more}`,
  });
  const required = (row.require?.(subject, argument) ?? []).map((test) => ({
    kind: "require" as const,
    rule: rule(test, needed ? "" : ` ${nameOf(argument)} must be sent.`),
    why: needed ? row.why : `${row.why} A call without it, which the schema allows, is denied too.`,
    evidence,
  }));
  const denied = (row.deny?.(subject, argument) ?? []).map((test) => ({
    kind: "deny" as const,
    rule: rule(test),
    why: row.why,
    evidence,
  }));
  return [...required, ...denied];
}

function argumentsOf({ inputSchema }: ToolDefinition): Record<ArgumentType, Argument[]> {
  const found: Record<ArgumentType, Argument[]> = { string: [], number: [], boolean: [] };
  const schema = recordOf(inputSchema);
  const required = Array.isArray(schema?.required) ? schema.required : [];
  for (const [name, value] of Object.entries(recordOf(schema?.properties) ?? {})) {
    const property = recordOf(value);
    const type = property?.type === "integer" ? "number" : property?.type;
    if (
      !/^[A-Za-z0-9_-]{1,100}$/.test(name) ||
      (type !== "string" && type !== "number" && type !== "boolean")
    )
      continue;
    const description = typeof property?.description === "string" ? property.description : "";
    const needed = required.includes(name);
    found[type].push({
      name,
      plain: normal(name),
      path: `args.${name}`,
      description,
      needed,
      words: isWords(property),
    });
  }
  return found;
}

/** For the model that called: the server's word, so a short one only. */
function nameOf({ name }: Argument): string {
  return name.length <= 40 ? `The argument ${name}` : "The argument";
}

/** Values that are all plain words; one such as a whole address leaves the argument open to bounds. */
function isWords(property: Record<string, unknown> | undefined): boolean {
  const values = Array.isArray(property?.enum) ? property.enum : [property?.const];
  return values.length > 0 && values.every((value) => typeof value === "string" && /^[\w -]*$/.test(value));
}
