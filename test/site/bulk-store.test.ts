import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import type { Snapshot } from "../../db/index.ts";
import { DatasetStore, type Opened } from "../../site/src/api/bulk-store.ts";

/** How long a database takes to notice that nobody waits, in milliseconds. */
const NOTICED = 40;

/** A catalog whose first reader is held up until it is stopped; later ones get all there is. */
function slowFirst() {
  let readers = 0;
  return {
    state: async () => "one",
    async snapshot<Result>(signal: AbortSignal, use: (snapshot: Snapshot) => Promise<Result>) {
      readers += 1;
      const isFirst = readers === 1;
      async function* lines(kind: string) {
        yield Buffer.from(`{"kind":"${kind}"}\n`);
        if (!isFirst) return;
        const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        if (!signal.aborted) await stopped;
        await sleep(NOTICED);
        throw signal.reason;
      }
      return use({ state: "one", lines, async *tools() {} });
    },
  };
}

async function whole(opened: Opened | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened?.read() ?? []) chunks.push(chunk);
  opened?.leave();
  return Buffer.concat(chunks);
}

test.each([0, 5, 25, 60])("who asks %d ms after the last reader left gets the whole file", async (gap) => {
  const folder = await mkdtemp(path.join(tmpdir(), "placard-test-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = new DatasetStore(slowFirst(), folder);
  const first = await store.open("export.jsonl.gz");
  first?.leave();
  await sleep(gap);
  const again = await whole(await store.open("export.jsonl.gz"));
  expect(gunzipSync(again).toString("utf8")).toMatch(/"kind":"end"/);
});
