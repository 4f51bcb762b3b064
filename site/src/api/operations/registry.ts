/** The shape of the official MCP registry's API, with our verdicts. */
import { z } from "zod";
import { flag, moment, pageQuery, wholeNumber, wordsToFind } from "../../lib/filters.ts";
import { STARTER } from "../example-subjects.ts";
import { operation } from "../operation.ts";
import { registryEntrySchema, registryListSchema } from "../registry-types.ts";
import { exampleOf, ok } from "./_parameters.ts";

const serverName = z
  .string()
  .describe("The entry's name, percent-encoded as one path segment; its slash may also stand as it is.")
  .meta({ examples: [STARTER.entry] });
const includeDeleted = flag
  .optional()
  .describe(
    "true: also what its registry has deleted or what was taken out of this catalog, as no more than that.",
  );

export const listRegistryServers = operation({
  id: "listRegistryServers",
  group: "Registry",
  method: "GET",
  path: "/v0.1/servers",
  summary: "The servers, as entries of a registry",
  description:
    "Clients of the official MCP registry (its API of 2025-12-01) read these as they are: give them the address of this site. Each entry carries what the catalog says of its tools under _meta, key org.placard/verdicts. Listed is the version that was crawled last. Servers of registries keep their names; packages and remotes that no registry lists have names under org.placard, made of their ids. Servers of somebody's own machine are not listed.",
  takesEmpty: true,
  query: pageQuery.extend({
    limit: wholeNumber(1, 100, 30)
      .optional()
      .describe("Entries a page; 30 unless told. A page can have fewer and not be the last."),
    cursor: pageQuery.shape.cursor.describe(
      "The metadata.nextCursor of the page before, with the same filters.",
    ),
    search: wordsToFind.optional().describe("Part of the name, in any case."),
    updated_since: moment
      .optional()
      .describe(
        "Only entries whose last crawl ended at or after this time, deleted ones among them. Crawls are stored when they have ended: leave an overlap of a minute to your last walk.",
      ),
    version: wordsToFind
      .optional()
      .describe("latest, which all are, or the exact version that was crawled last."),
    include_deleted: includeDeleted,
  }),
  answers: ok("A page of entries.", registryListSchema),
  example: { address: "/v0.1/servers?limit=10&search=memory" },
});

export const listRegistryVersions = operation({
  id: "listRegistryVersions",
  group: "Registry",
  method: "GET",
  path: "/v0.1/servers/{serverName}/versions",
  summary: "The versions of an entry that were crawled",
  description:
    "Newest first, each with the verdicts on the tools it had when it was crawled last, in numbers.",
  params: z.object({ serverName }),
  takesEmpty: true,
  query: z.object({ include_deleted: includeDeleted }),
  answers: ok("All versions.", registryListSchema),
  example: exampleOf(["entry"], ({ entry }) => `/v0.1/servers/${encodeURIComponent(entry)}/versions`),
});

export const getRegistryVersion = operation({
  id: "getRegistryVersion",
  group: "Registry",
  method: "GET",
  path: "/v0.1/servers/{serverName}/versions/{version}",
  summary: "One version of an entry, with the verdict on each of its tools",
  description:
    "Each tool has risk metadata as proposed to MCP in SEP-2793, with our own fields beside it so that nothing is lost, and the four hints of MCP with what they cannot say.",
  params: z.object({
    serverName,
    version: z
      .string()
      .describe("Percent-encoded; latest is the one that was crawled last.")
      .meta({ examples: ["latest"] }),
  }),
  takesEmpty: true,
  query: z.object({ include_deleted: includeDeleted }),
  answers: ok("The version.", registryEntrySchema),
  example: exampleOf(["entry"], ({ entry }) => `/v0.1/servers/${encodeURIComponent(entry)}/versions/latest`),
});

export const REGISTRY = [listRegistryServers, listRegistryVersions, getRegistryVersion];
