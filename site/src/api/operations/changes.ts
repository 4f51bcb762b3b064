/** What servers changed about their tools. */
import { apiChangesUrl } from "../../lib/addresses.ts";
import { changeQuery, moment } from "../../lib/filters.ts";
import { changeListSchema } from "../change-types.ts";
import { operation } from "../operation.ts";
import { ok } from "./_parameters.ts";

export const listChanges = operation({
  id: "listChanges",
  group: "Changes",
  method: "GET",
  path: "/api/v1/changes",
  summary: "What servers changed about their tools, newest first",
  description:
    "From one good crawl to the next. Changes are never changed: a walk with cursors meets every one that was there when it began once, and those that are stored meanwhile stand before it.",
  query: changeQuery.safeExtend({
    since: moment
      .optional()
      .describe(
        "Only changes that a crawl showed which was started at or after this time. Crawls are stored when they have ended: leave an overlap of an hour to your last walk.",
      ),
  }),
  answers: ok("A page of changes.", changeListSchema),
  example: { address: apiChangesUrl({ worse: true, limit: 10 }) },
});

export const CHANGES = [listChanges];
