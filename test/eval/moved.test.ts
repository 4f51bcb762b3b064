import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readOwn, readTraining } from "../../eval/_sets.ts";

const root = resolve(import.meta.dirname, "../..");
const run = async (...options: string[]) =>
  promisify(execFile)(process.execPath, [`${root}/eval/moved.ts`, ...options], { cwd: root }).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
const leftovers = () => readdirSync(root).filter((name) => name.startsWith(".moved-"));

describe("npm run moved", () => {
  it("reads the classifier of a commit beside today's and says how many verdicts moved", async () => {
    const { stdout } = await run("HEAD", "--corpus", "/nowhere");
    expect(stdout).toMatch(
      /^Before: HEAD, rules \d{4}\.\d+\.\d+\. Now: what is in the folder, \d{4}\.\d+\.\d+\.$/m,
    );
    const ours = readOwn().length + readTraining().length;
    expect(ours).toBeGreaterThan(6000);
    expect(stdout).toMatch(new RegExp(`^${ours} definitions read, \\d+ verdicts moved\\.`, "m"));
    expect(stdout).toContain("There is no corpus at /nowhere");
    expect(leftovers()).toEqual([]);
  }, 60_000);

  it("ends with a sentence for a commit that is not there, and leaves nothing behind", async () => {
    const failed = await run("no-such-commit");
    expect(failed).toMatchObject({ code: 2 });
    expect(failed.stderr).toMatch(
      /^moved: Reading the classifier of no-such-commit: .*Name a commit of this repository/m,
    );
    expect(leftovers()).toEqual([]);
  });

  it("refuses a limit that is no number", async () => {
    expect((await run("--limit", "many")).stderr).toContain('Reading --limit "many": it is not a number');
  });
});
