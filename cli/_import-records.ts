/** Reads a dataset: lines of JSON, each checked by its schema and by what stands before it. Trusts nothing. */
import { isDeepStrictEqual } from "node:util";
import { digestOf, parseDefinition } from "../classifier/index.ts";
import type { DatasetRecord, Numbered } from "../db/index.ts";
import { COUNT_OF, DATASET_VERSION, endSchema, headSchema, RECORDS } from "../site/src/api/bulk-types.ts";
import type { Line } from "./_import-lines.ts";

/** A line that cannot be taken. */
export class LineError extends Error {
  override name = "LineError";
  readonly line: number;
  /** @param problem a sentence's end: "it is not JSON". */
  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

type Kind = keyof typeof RECORDS;
const KINDS = Object.keys(RECORDS) as Kind[];
const UPDATE = "It may be of a newer Placard: update this one";

/**
 * The records of a dataset, without its first and last one.
 * @throws LineError for the first line that cannot be taken.
 */
export async function* readRecords(
  lines: AsyncIterable<Line>,
): AsyncGenerator<Numbered & { length: number }> {
  const counts = { definitions: 0, servers: 0, crawls: 0, tools: 0, versions: 0, changes: 0 };
  let state: "start" | "inside" | "ended" = "start";
  let last: { kind: Kind; key: Buffer } | undefined;
  let number = 0;
  for await (const { text, number: line } of lines) {
    number = line;
    if (state === "ended") throw new LineError(line, "something stands behind the last record");
    const raw = parse(text, line, state === "start");
    if (state === "start") {
      checkHead(raw, line);
      state = "inside";
    } else if (raw.kind === "end") {
      checkEnd(raw, counts, line);
      state = "ended";
    } else {
      const record = checked(raw, line);
      const key = keyOf(record);
      checkOrder(last, { kind: record.kind, key }, line);
      last = { kind: record.kind, key };
      counts[COUNT_OF[record.kind]] += 1;
      yield { record, line, length: text.length };
    }
  }
  if (state === "start") throw new LineError(1, "there is nothing in the file");
  if (state === "inside")
    throw new LineError(number, "the file ends behind it, before its last record. Fetch it anew");
}

type Raw = Record<string, unknown>;

function parse(text: string, line: number, isFirst: boolean): Raw {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LineError(line, isFirst ? NO_DATASET : "it is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Raw;
  throw new LineError(line, isFirst ? NO_DATASET : "it is not a JSON object");
}

const NO_DATASET =
  "this is no dataset of Placard. placard export writes one, and /api/v1/export.jsonl.gz of a catalog is one";

function checkHead(raw: Raw, line: number): void {
  const head = headSchema.safeParse(raw);
  if (!head.success) throw new LineError(line, NO_DATASET);
  const { version } = head.data;
  if (version === DATASET_VERSION) return;
  throw new LineError(
    line,
    `records have the form ${version}, and this Placard reads form ${DATASET_VERSION}. Use a Placard of the version that wrote it`,
  );
}

function checkEnd(raw: Raw, counts: Record<string, number>, line: number): void {
  const end = endSchema.safeParse(raw);
  if (!end.success) throw new LineError(line, issueOf(end.error));
  const { kind: _, ...said } = end.data;
  for (const [name, count] of Object.entries(said)) {
    if (counts[name] === count) continue;
    throw new LineError(line, `it counts ${count} ${name}, and the file has ${counts[name]}. Fetch it anew`);
  }
}

/** The record as it came: what a schema gives back has its keys in another order. */
function checked(raw: Raw, line: number): DatasetRecord {
  const kind = KINDS.find((known) => known === raw.kind);
  if (!kind) throw new LineError(line, `its kind is ${shown(raw.kind)}, which is none. ${UPDATE}`);
  const schema = RECORDS[kind];
  // A stranger's: it may have keys that a copy would lose. It is looked at by itself.
  const plain = kind === "definition" ? { ...raw, definition: { name: "" } } : raw;
  const result = schema.safeParse(plain);
  if (!result.success) throw new LineError(line, issueOf(result.error));
  const unknown = Object.keys(raw).find((key) => !Object.hasOwn(schema.shape, key));
  if (unknown !== undefined)
    throw new LineError(line, `it has a field ${shown(unknown)}, which is none. ${UPDATE}`);
  for (const [key, value] of Object.entries({ ...raw, ...(raw.package as Raw | undefined) })) {
    if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed()))
      throw new LineError(line, `its ${key} has characters in it that no database holds`);
  }
  const record = raw as unknown as DatasetRecord;
  if (record.kind === "definition") checkDefinition(record, result.data as Raw, line);
  return record;
}

function checkDefinition(record: DatasetRecord & { kind: "definition" }, known: Raw, line: number): void {
  const parsed = parseDefinition(record.definition);
  if (!parsed.ok) throw new LineError(line, `its definition cannot be taken: ${parsed.problem}`);
  const digest = digestOf(parsed.definition);
  if (digest !== record.digest) {
    throw new LineError(
      line,
      `its definition has the digest ${digest}, and the record says ${shown(record.digest)}. Somebody has changed it: fetch it anew from where you trust it`,
    );
  }
  if (!isDeepStrictEqual(record.verdicts, known.verdicts))
    throw new LineError(line, `a verdict has a field that is none. ${UPDATE}`);
  const rules = new Set<string>();
  for (const verdict of record.verdicts) {
    if (verdict.digest !== digest || verdict.name !== record.definition.name)
      throw new LineError(line, "a verdict is on another definition");
    if (rules.has(verdict.rules))
      throw new LineError(line, `it has two verdicts by the rules ${shown(verdict.rules)}`);
    rules.add(verdict.rules);
  }
}

/** What records of a kind are in order of, as bytes: texts as PostgreSQL compares them, code point by code point. */
function keyOf(record: DatasetRecord): Buffer {
  switch (record.kind) {
    case "definition":
      return Buffer.from(record.digest);
    case "server":
      return Buffer.from(record.id);
    case "tool":
      return Buffer.from(`${record.server}\0${record.name}`);
    default: {
      const key = Buffer.alloc(8);
      key.writeBigUInt64BE(BigInt(record.id));
      return key;
    }
  }
}

function checkOrder(
  last: { kind: Kind; key: Buffer } | undefined,
  next: { kind: Kind; key: Buffer },
  line: number,
): void {
  if (!last) return;
  if (KINDS.indexOf(next.kind) < KINDS.indexOf(last.kind))
    throw new LineError(line, `a ${next.kind} stands behind a ${last.kind}: records are out of order`);
  if (next.kind !== last.kind) return;
  const order = Buffer.compare(last.key, next.key);
  if (order === 0)
    throw new LineError(line, `the ${next.kind} before it is the same one: a row stands there twice`);
  if (order > 0)
    throw new LineError(line, `the ${next.kind} before it belongs behind it: records are out of order`);
}

function issueOf({ issues }: { issues: { path: PropertyKey[]; message: string }[] }): string {
  const [issue] = issues;
  const place = issue?.path.map(String).join(".") ?? "";
  return `${place === "" ? "it" : `its ${place.slice(0, 200)}`} can't be taken: ${issue?.message ?? "it is not as the schema says"}`;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? "missing").slice(0, 80);
