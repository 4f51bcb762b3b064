/** Servers: the list, and one of them. */
import { z } from "zod";
import { CRAWL_STATUSES } from "../../../../crawler/types.ts";
import { SERVER_SORTS } from "../../../../db/types.ts";
import { apiServerUrl } from "../../lib/addresses.ts";
import { moment, oneOf, pageQuery, wordsToFind } from "../../lib/filters.ts";
import { operation } from "../operation.ts";
import {
  serverDetailSchema,
  serverListSchema,
  serverSchema,
  sparseServerListSchema,
} from "../server-types.ts";
import { anyOf, exampleOf, fieldsOf, ok, serverParam } from "./_parameters.ts";

const SERVER_FIELDS = Object.keys(serverSchema.shape) as (keyof typeof serverSchema.shape)[];

export const listServers = operation({
  id: "listServers",
  group: "Servers",
  method: "GET",
  path: "/api/v1/servers",
  summary: "The servers, as a list",
  description:
    "Without sort the list is in the order of the ids, which nothing changes: a walk with cursors, also while crawls are stored, meets every server that was there all the time once. In the orders by time and by number of tools, a server whose key changes during the walk can be met twice or not at all.",
  query: pageQuery.extend({
    status: anyOf(oneOf(CRAWL_STATUSES).describe("Only servers whose last crawl ended so.")),
    source: anyOf(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/, "must be the first part of server ids, such as npm or remote")
        .describe("Only servers from there: the first part of their ids, such as npm, remote or registry."),
    ),
    text: wordsToFind.optional().describe("Words that must all be part of the id or the title, in any case."),
    updated_since: moment
      .optional()
      .describe(
        "Only servers whose last crawl ended at or after this time, however it ended. Leave an overlap of a minute to your last walk.",
      ),
    sort: oneOf(SERVER_SORTS)
      .optional()
      .describe(
        "The order; - in front turns it round. id: by server id. -updated: that whose last crawl ended last first, in the sense of updated_since. -tools: most tools first.",
      ),
    fields: fieldsOf(SERVER_FIELDS),
  }),
  answers: ok("A page of servers.", z.union([serverListSchema, sparseServerListSchema])),
  problems: [503],
  example: { address: "/api/v1/servers?status=ok&sort=-tools&limit=10" },
});

export const getServer = operation({
  id: "getServer",
  group: "Servers",
  method: "GET",
  path: "/api/v1/servers/{server}",
  summary: "One server with what its list depended on, its toxic flows and its crawls",
  description:
    "Also the tokens its tools take, what breaks each toxic flow, published flaws of its package, and tools in its list that could not be taken.",
  params: z.object({ server: serverParam }),
  query: z.object({}),
  answers: ok("The server.", serverDetailSchema),
  example: exampleOf(["servers"], ({ servers: [server = ""] }) => apiServerUrl(server)),
});

export const SERVERS = [listServers, getServer];
