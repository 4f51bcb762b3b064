/** The page about the catalog as a registry, and about verdicts in the words of others. */
import { VERDICT_META } from "../../../classifier/index.ts";
import { OFFICIAL_META, VERDICTS_META } from "../api/registry-types.ts";
import { apiDocsUrl, registryDocsUrl } from "./addresses.ts";
import type { DocsBlock, DocsPage } from "./docs-page.ts";
import { plainHead } from "./head.ts";
import { hintsOfPayment, type MappingTable, riskMetadataTables } from "./mapping.ts";
import { code, link, plain } from "./markdown-text.ts";
import { REGISTRY_SERVERS } from "./registry-names.ts";

/** @param list the address of the registry's list; undefined where nothing answers, as in a copy made of files */
export function registryDocs(list: string | undefined): DocsPage {
  const payment = hintsOfPayment();
  const answering = list
    ? `${code(list)} answers in the shape of the official registry's API (v0.1, as of 2025-12-01).`
    : `A catalog that \`placard serve\` shows answers ${code(REGISTRY_SERVERS)} in the shape of the official registry's API (v0.1, as of 2025-12-01). This page is of a copy made of files, which does not.`;
  return {
    title: "Registry and mappings",
    description:
      "The catalog in the shape of the official MCP registry, and its verdicts as tool risk metadata and as the four hints.",
    lead: "The catalog for clients of the official MCP registry, and its verdicts in the words of others.",
    head: plainHead(registryDocsUrl()),
    sections: [
      {
        title: "A registry with verdicts",
        id: "registry",
        blocks: [
          {
            text: `${answering} Programs that read that one read this one as it is; what they do not know they pass over. The ${link("API's reference", apiDocsUrl())} has the parameters.`,
          },
          {
            list: [
              "**Which servers.** Those that others can reach too: entries of registries, packages and remotes, in the version that was crawled last. Earlier versions stay under `/versions`. Servers of somebody's own machine and plain files are not listed, nor are servers that say no version, or `latest` or a range for one.",
              "**Names.** An entry of a registry keeps its name. A package or remote that came from no registry has one in our namespace, made of its id and nothing else: `npm/@scope/name` is `org.placard.npm/_40scope__name`. It says where the server came from, not who publishes it under which name. An entry of somebody else's whose name is in that namespace is not listed.",
              "**What stands in an entry** is what a crawl has seen: the package or the address that was asked, the version, and the server's own words of itself. A server that says nothing of itself is described by the number of its tools.",
              `**${code(VERDICTS_META)}** in \`_meta\` holds what we say: numbers by risk and category in lists, and in the answer for one version the verdict on each tool. The key is a host's name turned round, as MCP wants keys of \`_meta\` to be, so that it meets nobody else's.`,
              `**${code(OFFICIAL_META)}** holds what this registry says of the entry, because clients look there for \`status\`, \`updatedAt\` and \`isLatest\`. Times are by this catalog's clock: hand the newest \`updatedAt\` you saw back as \`updated_since\`. What the registry says that an entry came from stands in \`upstream\`.`,
              "**Deleted.** What its registry has deleted, or what was taken out of this catalog, is listed as deleted and without a verdict where it is asked for: with `include_deleted=true` or `updated_since`.",
            ],
          },
        ],
      },
      {
        title: "Tool risk metadata",
        id: "risk-metadata",
        blocks: [
          {
            text: "SEP-2793 proposes graded fields for a tool's `annotations`. It is an open pull request of the specification, so its words may change; these are those of May 2026. What is unknown is left out, for the proposal has no word for it, and a person is asked for.",
          },
          ...riskMetadataTables().map(mapped),
          {
            text: "The tables vary one field of a Write of medium risk that can be undone. `approvalRecommendation` and `minTrustLevel` also rise where it cannot surely be undone. `sideEffects` has an open vocabulary: it holds the words of our facets that say what a call does.",
          },
          {
            text: `The proposal calls running code and paying both \`mutate\`, and has no confidence. So that nothing is lost, our own fields stand beside its own, in the tool's \`_meta\` under ${code(VERDICT_META)}, from which the judgement comes back as it was.`,
          },
        ],
      },
      {
        title: "The four hints",
        id: "hints",
        blocks: [
          {
            text: `MCP's four hints are true or false, so much of a verdict is lost in them. With hints, our answers say what. Of a payment of critical risk, ${code(JSON.stringify(payment.annotations))} is left; lost is:`,
          },
          { terms: payment.lost.map(({ field, why }) => ({ term: code(field), what: plain(why, 10_000) })) },
        ],
      },
    ],
  };
}

function mapped({ field, columns, rows }: MappingTable): DocsBlock {
  return {
    table: {
      caption: `What our ${field} becomes`,
      head: [`Our ${field}`, ...columns.map((column) => code(column))],
      rows: rows.map(({ word, cells }) => [
        word,
        ...cells.map((cell) => (cell === "" ? "left out" : code(cell))),
      ]),
    },
  };
}
