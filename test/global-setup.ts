import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { stopPostmaster } from "../db/_postmaster.ts";
import { ensureEmbedded } from "../db/embedded.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A PostgreSQL server where tests may make databases. */
    databaseUrl: string;
  }
}

/**
 * One PostgreSQL for all tests: TEST_DATABASE_URL or DATABASE_URL, whose user must be allowed to make databases, else
 * the embedded one in a temporary folder.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (url) {
    project.provide("databaseUrl", url);
    return async () => {};
  }
  const home = await mkdtemp(path.join(tmpdir(), "placard-test-"));
  const ensured = await ensureEmbedded({ home });
  if (!ensured.ok) throw new Error(ensured.reason);
  const { socket, user, dataFolder } = ensured.server;
  const folder = encodeURIComponent(path.dirname(socket));
  project.provide("databaseUrl", `postgres://${user}@${folder}/postgres`);
  return async () => {
    await stopPostmaster(dataFolder);
    await rm(home, { recursive: true, force: true });
  };
}
