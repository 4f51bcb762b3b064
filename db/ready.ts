import { setTimeout as sleep } from "node:timers/promises";
import { lastApplied } from "./_migrate.ts";
import type { Database } from "./client.ts";

/** Whether the catalog can be asked; else one sentence that tells no secret. */
export type Readiness = { ok: true } | { ok: false; problem: string };

/** A database that takes longer to say anything cannot be asked. */
const PATIENCE_MS = 2_000;
const SILENT: Readiness = {
  ok: false,
  problem: "The database does not answer. Look at its log, and at that of placard serve.",
};

/** Asks the database whether it is there, with the tables of this version. Takes at most two seconds. */
export async function readiness(database: Database): Promise<Readiness> {
  const late = new AbortController();
  try {
    return await Promise.race([
      askTables(database),
      sleep(PATIENCE_MS, SILENT, { signal: late.signal, ref: false }),
    ]);
  } catch {
    return SILENT;
  } finally {
    late.abort();
  }
}

async function askTables({ db, migration }: Database): Promise<Readiness> {
  if ((await lastApplied(db.$client)) === migration) return { ok: true };
  const problem =
    "The tables of the database are those of another version. Start that one, or this one anew.";
  return { ok: false, problem };
}
