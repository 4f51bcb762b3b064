import { sql } from "drizzle-orm";
import { crawls, servers, tools, verdicts } from "./schema.ts";

/**
 * One text that is another one whenever the dataset may be: of whoever writes to the catalog it counts at least one row.
 * Storing a crawl adds one to `crawls`, and taking a server out removes some. New rules add verdicts. Reviews write to the
 * tools that show them, and corrections of what no tool shows any more are found by their mark.
 *
 * Row versions (`xmin`) of a table only ever grow, so their count and sum are the same for no two contents.
 */
export const stateQuery = sql`select md5(concat_ws(' ',
  (select oid from pg_database where datname = current_database()),
  (select md5(string_agg(concat_ws(' ', id, xmin::text, extract(epoch from last_seen)), ',' order by id)) from ${servers}),
  (select concat_ws(' ', count(*), sum(id)) from ${crawls}),
  (select concat_ws(' ', count(*), sum(xmin::text::bigint)) from ${tools}),
  (select count(*) from ${verdicts}),
  (select concat_ws(' ', count(*), sum(xmin::text::bigint)) from ${verdicts} where corrected)
)) as state`;
