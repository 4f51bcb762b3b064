import type { SourceText } from "./features.ts";
import { compileInspection } from "./findings/compile.ts";
import type { FindingClause, FindingKind } from "./findings/kind-schema.ts";
import type { Hit } from "./findings/types.ts";
import { type PathStep, walkTexts } from "./findings/walk.ts";
import generated from "./findings.generated.json" with { type: "json" };
import { jsonPointer } from "./json-pointer.ts";
import { sortFew } from "./sorted-keys.ts";
import type { Evidence, Finding, ToolDefinition } from "./types.ts";

const kinds = generated as unknown as FindingKind[];
const inspect = compileInspection(kinds);
const kindOf = new Map(kinds.flatMap((kind) => kind.match.map((clause) => [clause, kind] as const)));

/** Every kind of finding about a definition's text, with its page, sorted by id. */
export function listFindingKinds(): FindingKind[] {
  return kinds;
}

/** Most pieces of evidence of one finding; beyond it they repeat. */
const MAX_EVIDENCE = 8;

/** Most hits of one kind and severity that are kept while a definition is read. */
const MAX_HITS = 500;

/** Longest excerpt, in UTF-16 code units. The range ends with it. */
const MAX_EXCERPT = 240;

/** Kind that a definition gets which is too large to be read to its end. */
const UNREAD = "very-long-text";

const RANK = { info: 0, warning: 1, error: 2 } as const;

/**
 * Short strings that were looked at and are clean: the keys and values that every schema is made of. Only saves time;
 * it stops growing at its bound.
 */
const clean = new Set<string>();
const MAX_CLEAN = 20_000;
const SHORT = 10;
const SHORT_KEY = 40;

/** A hit with its place in the definition, and how bad it is there. */
interface Placed {
  clause: FindingClause;
  severity: Finding["severity"];
  evidence: Evidence;
}

/**
 * Looks for poisoned text in a definition: instructions to the model, requests for secrets, hidden characters and the
 * like, in every string and key. Pure, and linear in the size of the definition.
 *
 * @param description the words of the definition's description, where they are known
 * @returns one finding for each kind that holds, worst first; usually none
 */
export function findingsOf(definition: ToolDefinition, description?: SourceText): Finding[] {
  let found: Found | undefined;
  const complete = walkTexts(definition, (text, path, valueOfKey) => {
    const name = path.length === 1 && path[0] === "name" && valueOfKey === undefined;
    const short = !name && text.length <= (valueOfKey === undefined ? SHORT : SHORT_KEY);
    if (short && clean.has(text)) return;
    const isDescription = valueOfKey === undefined && path.length === 1 && path[0] === "description";
    const read = isDescription && description?.text === text ? description.words : undefined;
    const hits = inspect(text, name, path[0] === "icons", read);
    if (hits.length > 0) {
      found ??= { byKind: new Map(), counts: new Map() };
      for (const hit of hits) note(found, hit, text, path, valueOfKey);
    } else if (short && clean.size < MAX_CLEAN) {
      clean.add(text);
    }
  });
  const findings = found ? [...found.byKind].map(([kind, list]) => findingFrom(kind, list)) : [];
  if (!complete) findings.push(...unread(definition, findings));
  return sortFew(findings, (a, b) => RANK[b.severity] - RANK[a.severity] || (a.id < b.id ? -1 : 1));
}

/** What was found in a definition so far; most have nothing. */
interface Found {
  byKind: Map<FindingKind, Placed[]>;
  /** By kind and severity. */
  counts: Map<string, number>;
}

function note(
  { byKind, counts }: Found,
  hit: Hit,
  text: string,
  path: readonly PathStep[],
  valueOfKey: unknown,
): void {
  const kind = kindOf.get(hit.clause);
  if (!kind) return;
  const severity = severityOf(kind, hit, text);
  const count = (counts.get(kind.id + severity) ?? 0) + 1;
  if (count > MAX_HITS) return;
  counts.set(kind.id + severity, count);
  const list = byKind.get(kind) ?? [];
  if (list.length === 0) byKind.set(kind, list);
  const evidence = evidenceOf(kind, hit, text, jsonPointer(path), valueOfKey);
  list.push({ clause: hit.clause, severity, evidence });
}

function severityOf(kind: FindingKind, hit: Hit, text: string): Finding["severity"] {
  const severity = hit.clause.severity ?? kind.severity;
  return severity === "error" && isQuoted(text, hit) ? "warning" : severity;
}

function evidenceOf(
  kind: FindingKind,
  hit: Hit,
  text: string,
  pointer: string,
  valueOfKey: unknown,
): Evidence {
  // A key whose value is a string: the pointer leads to that string, so that is what can be shown.
  const inValue = typeof valueOfKey === "string";
  const shown = inValue ? valueOfKey : text;
  const start = inValue ? 0 : hit.start;
  const end = cut(shown, start, inValue ? shown.length : hit.end);
  return { rule: kind.id, pointer, start, end, excerpt: shown.slice(start, end) };
}

/** Where the excerpt ends: not later than allowed, and not between the halves of a character. */
function cut(text: string, start: number, end: number): number {
  if (end - start <= MAX_EXCERPT) return end;
  const last = text.charCodeAt(start + MAX_EXCERPT - 1);
  return start + MAX_EXCERPT - (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
}

/** A phrase right behind a quotation mark is more likely talked about than said; it is still worth a look. */
function isQuoted(text: string, { clause, start }: Hit): boolean {
  return clause.says !== undefined && start > 0 && "\"'`“‘«„「".includes(text[start - 1] as string);
}

function findingFrom(kind: FindingKind, list: Placed[]): Finding {
  // Sorted, so that the order in which a server lists its properties changes nothing.
  const sorted = list.sort(
    (a, b) =>
      RANK[b.severity] - RANK[a.severity] ||
      compare(a.evidence.pointer, b.evidence.pointer) ||
      a.evidence.start - b.evidence.start ||
      b.evidence.end - a.evidence.end,
  );
  const evidence: Evidence[] = [];
  for (const { evidence: item } of sorted) {
    if (evidence.length === MAX_EVIDENCE) break;
    const covered = evidence.some(
      (one) => one.pointer === item.pointer && one.start <= item.start && one.end >= item.end,
    );
    if (!covered) evidence.push(item);
  }
  const worst = sorted[0] as Placed;
  return { id: kind.id, severity: worst.severity, message: worst.clause.message ?? kind.message, evidence };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What to say of a definition with more strings or levels than are read. */
function unread({ name }: ToolDefinition, findings: Finding[]): Finding[] {
  const known = findings.find((finding) => finding.id === UNREAD);
  const message = "The definition is too large to be read to its end; what lies behind was not looked at.";
  if (known) {
    Object.assign(known, { severity: "warning", message });
    return [];
  }
  const evidence = [{ rule: UNREAD, pointer: "/name", start: 0, end: name.length, excerpt: name }];
  return [{ id: UNREAD, severity: "warning", message, evidence }];
}
