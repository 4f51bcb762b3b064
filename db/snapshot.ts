import { and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import { isShown } from "./_shown.ts";
import { fromJsonText, isStorable } from "./_text.ts";
import type { Database } from "./client.ts";
import { definitions, toolVersions, verdicts } from "./schema.ts";
import type { ServerTool } from "./types.ts";

/**
 * The tools that a server listed at some time, by name, each with the newest verdict there is on its definition of then.
 * @param at when a crawl that went well was started, as ISO 8601; at other times what is known of then.
 */
export async function serverToolsAt({ db }: Database, id: string, at: string): Promise<ServerTool[]> {
  if (!isStorable(id)) return [];
  const moment = new Date(at);
  const { server, name, digest, firstSeen, lastSeen } = toolVersions;
  const rows = await db
    .selectDistinctOn([name], {
      server,
      name,
      digest,
      title: definitions.title,
      definition: definitions.body,
      verdict: verdicts.body,
      alarming: verdicts.alarming,
      firstSeen,
      lastSeen,
    })
    .from(toolVersions)
    .innerJoin(definitions, eq(definitions.digest, digest))
    .innerJoin(verdicts, eq(verdicts.digest, digest))
    .where(and(eq(server, id), isShown(server), lte(firstSeen, moment), gte(lastSeen, moment)))
    .orderBy(asc(name), desc(toolVersions.id), desc(verdicts.classifiedAt), sql`${verdicts.rules} desc`);
  return rows.map(({ title, firstSeen, lastSeen, definition, verdict, ...key }) => {
    const judged = fromJsonText<Verdict>(verdict);
    const { category, risk, confidence, facets, summary } = judged;
    return {
      ...key,
      title: title ?? undefined,
      ...{ category, risk, confidence, facets, summary },
      firstSeen: firstSeen.toISOString(),
      lastSeen: lastSeen.toISOString(),
      definition: fromJsonText<ToolDefinition>(definition),
      verdict: judged,
    };
  });
}
