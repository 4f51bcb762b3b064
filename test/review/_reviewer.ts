import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openReviewer, type Reviewer, type ReviewerOptions } from "../../review/index.ts";

export const KEY = "sk-test-0123456789abcdef";

/** A folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "placard-review-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestReviewer extends Reviewer {
  /** How long it waited, each time, in milliseconds. It does not really wait. */
  waits: number[];
}

/** A reviewer of everything at this endpoint. */
export function reviewerAt(url: string, options: Partial<ReviewerOptions> = {}): TestReviewer {
  const waits: number[] = [];
  const reviewer = openReviewer({
    endpoint: { baseUrl: url, apiKey: KEY, unencrypted: false },
    model: "stand-in",
    below: Number.POSITIVE_INFINITY,
    budget: 1_000_000,
    concurrency: 4,
    cacheFolder: newFolder(),
    timeoutMs: 20_000,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { ...reviewer, waits };
}
