import { desc, eq, type SQL } from "drizzle-orm";
import type { Category, Risk } from "../classifier/index.ts";
import type { Database } from "./client.ts";
import { toolVersions, verdicts } from "./schema.ts";
import type { ToolVersion } from "./types.ts";

/** The definitions that tools had, each with the newest verdict there is on it; newest first. */
export function versionRows({ db }: Pick<Database, "db">, where: SQL | undefined) {
  return db
    .selectDistinctOn([toolVersions.id], {
      name: toolVersions.name,
      digest: toolVersions.digest,
      firstSeen: toolVersions.firstSeen,
      lastSeen: toolVersions.lastSeen,
      category: verdicts.category,
      risk: verdicts.risk,
    })
    .from(toolVersions)
    .leftJoin(verdicts, eq(verdicts.digest, toolVersions.digest))
    .where(where)
    .orderBy(desc(toolVersions.id), desc(verdicts.classifiedAt));
}

interface VersionRow {
  digest: string;
  firstSeen: Date;
  lastSeen: Date;
  category: Category | null;
  risk: Risk | null;
}

/** A row of `versionRows` as callers get it. */
export function toVersion({ digest, firstSeen, lastSeen, category, risk }: VersionRow): ToolVersion {
  return {
    digest,
    firstSeen: firstSeen.toISOString(),
    lastSeen: lastSeen.toISOString(),
    category: category ?? "Unknown",
    risk: risk ?? "unknown",
  };
}
