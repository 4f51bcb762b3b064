import type { InferSelectModel, Table } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type { changes, crawls, servers, tools, toolVersions } from "./schema.ts";
import type { ChangeKind, PackageRow } from "./types.ts";

/** A row as a dataset has it: moments in ISO 8601, and what is NULL is left out. */
type Rowlike<Of extends Table, Left extends keyof InferSelectModel<Of> = never> = Sparse<
  Omit<InferSelectModel<Of>, Left>
>;
type Sparse<Row> = { [Key in keyof Row as null extends Row[Key] ? never : Key]: Said<Row[Key]> } & {
  [Key in keyof Row as null extends Row[Key] ? Key : never]?: Said<NonNullable<Row[Key]>>;
};
type Said<Value> = Value extends Date ? string : Value;

/** Columns that hold JSON: a record has what they hold. */
type JsonOfCrawl = "serverInfo" | "launch" | "problems" | "authorization" | "registryEntry";
type NotOfCrawl =
  | JsonOfCrawl
  | "packageRegistry"
  | "packageName"
  | "packageVersion"
  | "capabilities"
  | "pages"
  | "stderr"
  | "job";

/**
 * What becomes of a dataset's records in the tables. Their form is said where it is published, in
 * `site/src/api/bulk-types.ts`; here stands only which column takes what.
 */
export type DatasetRecord =
  | {
      kind: "definition";
      digest: string;
      firstSeen: string;
      definition: ToolDefinition;
      /** Newest first. */
      verdicts: Verdict[];
    }
  | ({ kind: "server" } & Rowlike<typeof servers, "withdrawn">)
  | ({ kind: "crawl"; version?: string; package?: PackageRow } & Rowlike<typeof crawls, NotOfCrawl> & {
        [Key in JsonOfCrawl]?: unknown;
      })
  | ({ kind: "tool" } & Rowlike<typeof tools, "category" | "risk" | "rank" | "facets">)
  | ({ kind: "version" } & Rowlike<typeof toolVersions>)
  | ({ kind: "change"; type: ChangeKind; before?: unknown; after?: unknown } & Rowlike<
      typeof changes,
      "kind" | "before" | "after"
    >);

export type RecordOf<Kind extends DatasetRecord["kind"]> = Extract<DatasetRecord, { kind: Kind }>;
