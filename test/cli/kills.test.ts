import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../db/index.ts";
import { createTestDatabase } from "../database.ts";
import { crawlUnderFire } from "./_kills.ts";

test("killing workers at random loses no finished server and finishes none twice", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "placard-kills-"));
  const { url, drop } = await createTestDatabase();
  const opened = await openDatabase({ home, url });
  if (!opened.ok) throw new Error(opened.reason);
  const { database } = opened;
  onTestFinished(async () => {
    await database.close();
    await drop();
    await rm(home, { recursive: true, force: true });
  });
  const limits = { servers: 30, workers: 2, concurrency: 2, kills: 6 };
  const fire = { ...limits, seed: 20_261, pause: 1500, hurry: true };
  const { kills, wasted, seconds: _, ...outcome } = await crawlUnderFire({ database, url, home, ...fire });
  expect(outcome).toEqual({ finished: 30, goodCrawls: 30, lost: 0, jobs: { completed: 30 }, dead: 0 });
  // Else nothing was shown: some kills must have hit a crawl.
  expect(kills).toBeGreaterThan(2);
  expect(wasted).toBeGreaterThan(0);
}, 180_000);
