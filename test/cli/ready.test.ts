import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../db/index.ts";
import { createTestDatabase } from "../database.ts";
import { startPlacard } from "./_placard.ts";
import { HOME } from "./_run.ts";

test("a server that is started is alive and ready, and not ready while its tables are not its own", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const placard = startPlacard(["serve", "--port", "0"], { DATABASE_URL: url, PLACARD_HOME: HOME });
  await placard.until("Placard is at ");
  const address = /Placard is at (\S+)/.exec(placard.stdout())?.[1] ?? "";
  const ask = async (path: string) => {
    const response = await fetch(`${address}/api/v1/${path}`);
    return [response.status, ((await response.json()) as { status: unknown }).status];
  };
  expect(await ask("health")).toEqual([200, "ok"]);
  expect(await ask("ready")).toEqual([200, "ready"]);

  const opened = await openDatabase({ home: "/nonexistent", url });
  if (!opened.ok) throw new Error(opened.reason);
  const { db, close } = opened.database;
  await db.execute(sql`update drizzle.__drizzle_migrations set created_at = created_at + 1
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`);
  await close();
  expect(await ask("ready")).toEqual([503, 503]);
  expect(await ask("health")).toEqual([200, "ok"]);
  placard.child.kill("SIGINT");
  await placard.exit();
});
