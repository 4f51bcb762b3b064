import type { SchemaElement } from "hyparquet-writer";
import type { Hint } from "../../../classifier/index.ts";
import type { DatasetTool } from "../../../db/index.ts";

type Type = "string" | "list of strings" | "int" | "double" | "bool" | "timestamp";

interface Column {
  name: string;
  type: Type;
  /** For people. */
  what: string;
  of(tool: DatasetTool): unknown;
  /** Texts of which hardly two are the same. */
  isLong: boolean;
}

const column = (name: string, type: Type, what: string, of: Column["of"], isLong = false): Column => ({
  name,
  type,
  what,
  of,
  isLong,
});

const hint = (name: string, key: Hint): Column =>
  column(
    name,
    "bool",
    `The annotation ${key} as declared; null where it is not.`,
    ({ verdict }) => verdict.annotations.declared[key] ?? null,
  );

/** The columns of the table, in their order. */
export const COLUMNS: readonly Column[] = [
  column("server", "string", "Server id.", (tool) => tool.server),
  column("server_title", "string", "What the server calls itself.", (tool) => tool.serverTitle),
  column("source", "string", "Source of the crawl that saw the tool last.", (tool) => tool.source),
  column("package_registry", "string", "npm, pypi or oci.", (tool) => tool.packageRegistry),
  column("package_name", "string", "The package it was installed from.", (tool) => tool.packageName),
  column("package_version", "string", "And its version.", (tool) => tool.packageVersion),
  column(
    "protocol_version",
    "string",
    "The revision of MCP that was spoken.",
    (tool) => tool.protocolVersion,
  ),
  column("name", "string", "The tool's name.", (tool) => tool.name),
  column("title", "string", "Its title.", (tool) => tool.title),
  column(
    "description",
    "string",
    "Its description.",
    ({ definition }) => textOf(definition.description),
    true,
  ),
  column("position", "int", "Place in the server's list, from 0.", (tool) => tool.position),
  column("digest", "string", "sha256:<hex> of the canonical definition.", (tool) => tool.digest, true),
  column("category", "string", "The verdict's category.", ({ verdict }) => verdict.category),
  column("risk", "string", "The verdict's risk.", ({ verdict }) => verdict.risk),
  column("confidence", "double", "How sure it is, 0 to 1.", ({ verdict }) => verdict.confidence),
  column("facets", "list of strings", "What the tool touches.", ({ verdict }) => verdict.facets),
  column("reversible", "string", "Whether what it does can be undone.", ({ verdict }) => verdict.reversible),
  column("reach", "string", "How far what it does can go.", ({ verdict }) => verdict.reach),
  column("summary", "string", "The verdict in a sentence.", ({ verdict }) => verdict.summary, true),
  column("because", "string", "Why this category and this risk.", ({ verdict }) => verdict.because, true),
  hint("read_only_hint", "readOnlyHint"),
  hint("destructive_hint", "destructiveHint"),
  hint("idempotent_hint", "idempotentHint"),
  hint("open_world_hint", "openWorldHint"),
  column("conflicts", "int", "How many of these contradict the definition.", ({ verdict }) => {
    return verdict.annotations.conflicts.length;
  }),
  column("findings", "list of strings", "Ids of the kinds of findings.", ({ verdict }) =>
    unique(verdict.findings.map(({ id }) => id)),
  ),
  column("evidence_rules", "list of strings", "Ids of the rules with evidence.", ({ verdict }) =>
    unique(verdict.evidence.map(({ rule }) => rule)),
  ),
  column("rules", "string", "Version of the rules.", ({ verdict }) => verdict.rules),
  column("reviewed", "bool", "A model was asked for a second reading.", ({ verdict }) => "review" in verdict),
  column(
    "corrected",
    "bool",
    "A person has corrected the verdict.",
    ({ verdict }) => "correction" in verdict,
  ),
  column("first_seen", "timestamp", "When the tool was first seen.", (tool) => tool.firstSeen),
  column("last_seen", "timestamp", "When it was last seen.", (tool) => tool.lastSeen),
  column("gone_since", "timestamp", "Since when the server lists it no more.", (tool) => tool.goneSince),
  column("definition", "string", "The definition as served, as JSON.", (tool) => tool.definitionText, true),
  column("verdict", "string", "The whole verdict, as JSON.", (tool) => tool.verdictText, true),
];

const textOf = (value: unknown): string | null => (typeof value === "string" ? value.toWellFormed() : null);
const unique = (items: string[]): string[] => [...new Set(items)];

/** The same as Parquet has it. */
export const SCHEMA: SchemaElement[] = [
  { name: "placard", num_children: COLUMNS.length },
  ...COLUMNS.flatMap(elementsOf),
];

function elementsOf({ name, type }: Column): SchemaElement[] {
  const optional = { name, repetition_type: "OPTIONAL" } as const;
  switch (type) {
    case "string":
      return [{ ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" }];
    case "int":
      return [{ ...optional, type: "INT32" }];
    case "double":
      return [{ ...optional, type: "DOUBLE" }];
    case "bool":
      return [{ ...optional, type: "BOOLEAN" }];
    case "timestamp":
      return [{ ...optional, type: "INT64", converted_type: "TIMESTAMP_MILLIS" }];
    case "list of strings":
      return [
        { ...optional, converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "REQUIRED", type: "BYTE_ARRAY", converted_type: "UTF8" },
      ];
  }
}
