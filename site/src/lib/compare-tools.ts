/** What differs between two lists of tools, made ready for drawing. Pure. */
import { canonicalJson, type ToolDefinition } from "../../../classifier/index.ts";
import { keyOf } from "../../../classifier/json-pointer.ts";
import { compareLists, type ServerTool } from "../../../db/index.ts";
import { type Policy, recommendServer } from "../../../policy/index.ts";
import { changeDetails } from "./changes.ts";
import { readSchema, type SchemaRow } from "./schema.ts";
import { type Change, diffWords, shortened } from "./word-diff.ts";

/** One property that is there in one schema only, or says something else. */
export interface PropertyChange {
  /** Where it stands, without the parts that all have. A stranger's text. */
  name: string;
  kind: "only in A" | "only in B" | "differs";
  /** What is another, in words; values are strangers' text. */
  notes: string[];
  description?: Change[];
}

/** A tool of both lists whose definitions differ. */
export interface DifferentTool {
  a: ServerTool;
  b: ServerTool;
  /** It has another name in each. */
  isRenamed: boolean;
  /** What is another about the verdict, in words of ours. */
  verdict: string[];
  title?: Change[];
  description?: Change[];
  properties: PropertyChange[];
  /** Properties that are not among these. */
  left: number;
  /** The definitions differ in what is not shown above: keys of their own, or how a schema is written. */
  others: string[];
  /** The rule of the recommended policy, where it is another. */
  rule?: Change[];
}

export interface ToolComparison {
  onlyA: ServerTool[];
  onlyB: ServerTool[];
  different: DifferentTool[];
  /** Tools that differ beyond those that are shown word by word. */
  beyond: { a: ServerTool; b: ServerTool }[];
  same: ServerTool[];
  /** Tools that have another rule in the one policy than in the other, those of one list only included. */
  rulesDiffer: number;
}

/** Tools that are compared word by word. */
const MOST_DIFFERENT = 50;
const MOST_PROPERTIES = 30;

/** In: the tools of two lists, such as two versions of a server. Tools that were renamed are one tool. */
export function compareTools(a: ServerTool[], b: ServerTool[]): ToolComparison {
  const changes = compareLists(a, b);
  const renamed = new Map(
    changes.filter(({ kind }) => kind === "tool-renamed").map(({ tool, before }) => [tool, before?.name]),
  );
  const inA = new Map(a.map((tool) => [tool.name, tool]));
  const former = new Set(renamed.values());
  const pairs = b.flatMap((tool) => {
    const partner = inA.get(renamed.get(tool.name) ?? tool.name);
    return partner ? [{ a: partner, b: tool }] : [];
  });
  const paired = new Set(pairs.map((pair) => pair.b.name));
  const inB = new Set(b.map(({ name }) => name));
  const rules = { a: rulesOf(a), b: rulesOf(b) };
  const differing = pairs.filter((pair) => pair.a.digest !== pair.b.digest);
  const onlyA = a.filter(({ name }) => !inB.has(name) && !former.has(name));
  const onlyB = b.filter(({ name }) => !paired.has(name));
  return {
    onlyA,
    onlyB,
    different: differing.slice(0, MOST_DIFFERENT).map((pair) => differentTool(pair, rules)),
    beyond: differing.slice(MOST_DIFFERENT),
    same: pairs.filter((pair) => pair.a.digest === pair.b.digest).map((pair) => pair.b),
    rulesDiffer:
      pairs.filter((pair) => ruleText(rules.a, pair.a.name) !== ruleText(rules.b, pair.b.name)).length +
      onlyA.length +
      onlyB.length,
  };
}

type Rules = { a: Policy; b: Policy };

function rulesOf(tools: ServerTool[]): Policy {
  return tools.length > 0 ? recommendServer(tools).policy : { version: "1", default: "deny" };
}

/** What a policy says of one tool, as JSON text. */
function ruleText({ tools, hide }: Policy, name: string): string {
  const rules = tools && Object.hasOwn(tools, name) ? tools[name] : undefined;
  return JSON.stringify({ ...(hide?.includes(name) ? { hide: true } : {}), ...rules }, null, 1);
}

function differentTool({ a, b }: { a: ServerTool; b: ServerTool }, rules: Rules): DifferentTool {
  const [before, after] = [a.definition, b.definition];
  const { changes, left } = propertyChanges(before, after);
  const [ruleA, ruleB] = [ruleText(rules.a, a.name), ruleText(rules.b, b.name)];
  return {
    a,
    b,
    isRenamed: a.name !== b.name,
    verdict: changeDetails(a, b),
    title: textChange(before.title, after.title),
    description: textChange(before.description, after.description),
    properties: changes,
    left,
    others: otherKeys(before, after, changes.length > 0),
    rule: ruleA === ruleB ? undefined : diffWords(ruleA, ruleB),
  };
}

function textChange(before: unknown, after: unknown): Change[] | undefined {
  const [old, fresh] = [before, after].map((value) => (typeof value === "string" ? value : ""));
  return old === fresh ? undefined : shortened(diffWords(old ?? "", fresh ?? ""));
}

function propertyChanges(
  before: ToolDefinition,
  after: ToolDefinition,
): { changes: PropertyChange[]; left: number } {
  const all = (["inputSchema", "outputSchema"] as const).flatMap((root) => {
    const [old, fresh] = [readSchema(before[root], root).rows, readSchema(after[root], root).rows];
    const known = new Map(old.map((row) => [row.pointer, row]));
    const kept = new Set(fresh.map(({ pointer }) => pointer));
    return [
      ...fresh.flatMap((row) => {
        const was = known.get(row.pointer);
        return was
          ? rowChange(was, row)
          : [{ name: placeOf(row, root), kind: "only in B" as const, notes: rowNotes(row) }];
      }),
      ...old
        .filter(({ pointer }) => !kept.has(pointer))
        .map((row) => ({ name: placeOf(row, root), kind: "only in A" as const, notes: rowNotes(row) })),
    ];
  });
  return { changes: all.slice(0, MOST_PROPERTIES), left: Math.max(0, all.length - MOST_PROPERTIES) };
}

/** `/inputSchema/properties/to/items` → "to/items"; of an answer, "answer: to". */
function placeOf({ pointer }: SchemaRow, root: string): string {
  const path = pointer.slice(root.length + 2).replaceAll(/(^|\/)properties\//g, "$1");
  return `${root === "outputSchema" ? "answer: " : ""}${keyOf(path)}`;
}

function rowNotes({ type, required, values, limits }: SchemaRow): string[] {
  return [
    type,
    ...(required ? ["required"] : []),
    ...(values.length > 0 ? [`one of ${valueWords(values)}`] : []),
    ...limits,
  ];
}

function rowChange(was: SchemaRow, is: SchemaRow): PropertyChange[] {
  const notes = [
    ...(was.type === is.type ? [] : [`${was.type} in A, ${is.type} in B`]),
    ...(was.required === is.required ? [] : [is.required ? "required in B only" : "required in A only"]),
    ...listNotes(
      "values",
      was.values.map(({ text }) => text),
      is.values.map(({ text }) => text),
    ),
    ...listNotes("limits", was.limits, is.limits),
  ];
  const description = textChange(was.description, is.description);
  if (notes.length === 0 && !description) return [];
  const root = is.pointer.startsWith("/outputSchema/") ? "outputSchema" : "inputSchema";
  return [{ name: placeOf(is, root), kind: "differs", notes, description }];
}

function listNotes(what: string, old: string[], fresh: string[]): string[] {
  const [lost, gained] = [
    old.filter((text) => !fresh.includes(text)),
    fresh.filter((text) => !old.includes(text)),
  ];
  return [
    ...(lost.length > 0 ? [`${what} in A only: ${short(lost)}`] : []),
    ...(gained.length > 0 ? [`${what} in B only: ${short(gained)}`] : []),
  ];
}

const valueWords = (values: SchemaRow["values"]): string => short(values.map(({ text }) => text));

function short(texts: string[]): string {
  const shown = texts.slice(0, 12).map((text) => text.slice(0, 80));
  return shown.join(", ") + (texts.length > shown.length ? `, and ${texts.length - shown.length} more` : "");
}

const SHOWN = new Set(["name", "title", "description"]);

/** Top-level keys that differ and of which nothing is shown. */
function otherKeys(before: ToolDefinition, after: ToolDefinition, hasProperties: boolean): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => !SHOWN.has(key) && canonicalJson(before[key]) !== canonicalJson(after[key]))
    .filter((key) => !(hasProperties && (key === "inputSchema" || key === "outputSchema")))
    .map((key) => key.slice(0, 100));
}
