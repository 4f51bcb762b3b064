import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryHome } from "./_crawl.ts";

/** What a crawl may take at most of the crawler's own memory, whatever the server sends. */
const MOST_MIB = 300;

const script = fileURLToPath(new URL("./_peak.ts", import.meta.url));

test.each([
  [["good"], "ok"],
  [["hostile", "huge-reply"], "failed"],
  [["hostile", "huge-line"], "failed"],
  [["hostile", "huge-log"], "failed"],
  [["hostile", "many-tools"], "ok"],
  [["hostile", "long-description", "7"], "ok"],
  [["hostile", "long-description", "10"], "failed"],
  [["hostile", "tiny-arrays"], "failed"],
  [["hostile", "some-tiny-arrays"], "ok"],
  [["hostile", "nested-arrays"], "failed"],
  [["hostile", "all-different-keys"], "ok"],
  [["hostile", "pages-of-megabytes"], "failed"],
  [["hostile", "single-bytes-without-end"], "failed"],
  [["hostile", "method-names-without-end"], "failed"],
])("crawling %j stays below the limit", async (server, status) => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, temporaryHome(), ...server]);
  const { peakMiB, ...outcome } = JSON.parse(stdout);
  console.log(`${server.join(" ")}: ${peakMiB} MiB`);
  expect(outcome).toMatchObject({ status });
  expect(peakMiB).toBeLessThan(MOST_MIB);
});
