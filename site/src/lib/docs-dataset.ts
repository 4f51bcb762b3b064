/** The page about the bulk dataset. */
import { COLUMNS } from "../api/bulk-columns.ts";
import { FILE_NAMES, FILES } from "../api/bulk-files.ts";
import { LICENCE } from "../api/bulk-manifest.ts";
import { RECORDS } from "../api/bulk-types.ts";
import { apiDocsUrl, apiExportUrl, datasetDocsUrl } from "./addresses.ts";
import type { DocsPage } from "./docs-page.ts";
import { plainHead } from "./head.ts";
import { code, link, plain } from "./markdown-text.ts";

const words = (text: string): string => plain(text, 10_000);
const file = (name: string): string => link(code(name), apiExportUrl(name));

/** The page, as its sections. */
export function datasetDocs(): DocsPage {
  return {
    title: "Bulk dataset",
    description:
      "All of the catalog as files: JSON Lines that load into a catalog of your own, and a Parquet table with a row a tool.",
    lead: "All of the catalog as files, for whoever wants to count, search or copy it.",
    head: plainHead(datasetDocsUrl()),
    sections: [
      {
        title: "The files",
        id: "files",
        blocks: [
          {
            terms: [
              ...FILE_NAMES.map((name) => ({ term: file(name), what: words(FILES[name].what) })),
              {
                term: file("export.json"),
                what: "The manifest: SHA-256, bytes and rows of each file, the counts of the catalog, the columns, the licence.",
              },
            ],
          },
          {
            text: "The same catalog gives the same bytes: order, ids and dates are the catalog's, and no clock is in them. A file is read from one snapshot of the database, whatever is crawled meanwhile. The bytes of a gzip file also depend on the version of zlib; `unpacked` in the manifest is the digest of what is in it, and depends on nothing else.",
          },
        ],
      },
      {
        title: "A catalog of your own",
        id: "import",
        blocks: [
          { commands: COMMANDS },
          {
            text: "An import checks each line by its schema and computes the digest of each definition anew. It is all or nothing: at the first line that cannot be taken its number is said, and the catalog stays empty. A Parquet file is not taken: it has no history. The copy's own `updated_since` counts from the import, for everything in it: whoever follows the copy misses nothing of what is new to it.",
          },
        ],
      },
      {
        title: "Records of export.jsonl.gz",
        id: "records",
        blocks: [
          {
            text: "One JSON object a line. The first says what the file is, the last how many of each kind there are. In between stand, in this order and each in the order of its ids:",
          },
          {
            terms: Object.entries(RECORDS).map(([kind, { description }]) => ({
              term: code(kind),
              what: words(description ?? ""),
            })),
          },
          {
            text: `Definitions and verdicts stand there once, however many servers have them: a tool names its definition by its \`digest\`, and which of the verdicts holds by its \`rules\`. The JSON Schema is \`DatasetRecord\`, listed with the others on ${link("the API's page", apiDocsUrl())}.`,
          },
          {
            text: "Nothing is in it that the API does not publish. Raw answers, what servers said on stderr, their capabilities, the queue, the progress of crawls, and servers that were withdrawn are left out.",
          },
        ],
      },
      {
        title: "Columns of export.parquet",
        id: "columns",
        blocks: [
          {
            text: "One row a tool, tools that are gone included (`gone_since` says since when); compressed with Zstandard.",
          },
          {
            table: {
              caption: "Columns of the table",
              head: ["Column", "Type", "What it says"],
              rows: COLUMNS.map(({ name, type, what }) => [code(name), words(type), words(what)]),
            },
          },
        ],
      },
      {
        title: "How files are made and kept",
        id: "made",
        blocks: [
          {
            text: "A file is made when somebody asks for it, once for all who ask at that time, and written to the data folder at the speed of the database while it is sent. So a slow reader holds up a file and not a transaction, digests are known, and a download can be gone on with (`Range`, `If-Range`). When nobody reads it any more, the work ends. One state of the catalog is made at a time, and the newest two are kept on disk.",
          },
          {
            text: "The `ETag` names the state of the catalog. It is known without reading a definition, so asking whether anything is new costs little. The manifest names its files with their `revision`: they fit its digests for as long as they are kept, also when the catalog changes. Where making them takes longer than twenty seconds, the manifest comes without digests, with `ready` false and `Retry-After`.",
          },
        ],
      },
      {
        title: "Licence",
        id: "licence",
        blocks: [
          { text: `${words(LICENCE.ours)} They are under ${LICENCE.spdx}.` },
          { text: words(LICENCE.others) },
        ],
      },
    ],
  };
}

const COMMANDS = [
  {
    id: "command-import",
    what: "Into an empty catalog; afterwards it is the same, and exports the same bytes",
    text: "npx placard import export.jsonl.gz",
  },
  {
    id: "command-export",
    what: "The other way round, without a server",
    text: "npx placard export --out catalog.jsonl.gz",
  },
  {
    id: "command-jq",
    what: "Definitions by risk, with jq: each once, those that no tool has any more included",
    text: `zcat export.jsonl.gz | jq -r 'select(.kind == "definition") | .verdicts[0].risk' | sort | uniq -c`,
  },
  {
    id: "command-duckdb",
    what: "The riskiest servers, with DuckDB",
    text: `duckdb -c "select server, count(*) from 'export.parquet' where risk = 'critical' and gone_since is null group by 1 order by 2 desc"`,
  },
];
