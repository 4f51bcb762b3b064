import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHelper } from "../../crawler/_helper.ts";
import { temporaryHome } from "./_crawl.ts";
import { crawlAll, withPrograms } from "./sources/_sources.ts";

const script = fileURLToPath(new URL("./_crawl-typed.ts", import.meta.url));

function run(shell: string, more: Partial<Parameters<typeof runHelper>[1]> = {}) {
  const { signal } = new AbortController();
  const options = {
    cwd: temporaryHome(),
    environment: { PATH: process.env.PATH },
    timeoutMs: 60_000,
    signal,
  };
  return runHelper(["/bin/sh", "-c", shell], { ...options, ...more });
}

describe("how a helper program ends is told", () => {
  test("with its output, and nothing of this process's environment", async () => {
    expect(await run("echo $HOME; echo done; umask")).toEqual({ ok: true, text: "\ndone\n0022\n" });
  });

  test("with the last line of its errors, else its exit code", async () => {
    expect(await run("echo first >&2; echo; echo last >&2; echo >&2; exit 3")).toEqual({
      ok: false,
      kind: "failed",
      message: "last",
      stderr: "first\nlast\n\n",
    });
    expect(await run("exit 3")).toMatchObject({ kind: "failed", message: "exit code 3" });
  });

  test("after its time, with what it started", async () => {
    const file = join(temporaryHome(), "pid");
    const late = await run(`sleep 600 & echo $! > ${file}; wait`, { timeoutMs: 1_000 });
    expect(late).toMatchObject({ kind: "timeout", message: "no end after 1 s" });
    await expect.poll(() => isAlive(readPid(file))).toBe(false);
  });

  test("once its folder is too large", async () => {
    const most = { bytes: 1024 * 1024, files: 10 };
    const large = await run("head -c 3000000 /dev/zero > large; sleep 600", { most });
    expect(large).toMatchObject({ kind: "too-large", message: "more than 1 MiB or 10 files" });
    const many = await run("for i in 1 2 3 4 5 6 7 8 9 10 11; do : > $i; done", { most });
    expect(many).toMatchObject({ kind: "too-large" });
  });

  test("as not started, where it is not", async () => {
    const cwd = join(temporaryHome(), "nowhere");
    expect(await run("exit 0", { cwd })).toMatchObject({ kind: "not-started" });
  });

  test("without more of its output than is useful", async () => {
    const most = 8 * 1024 * 1024;
    const long = await run("echo begin; head -c 20000000 /dev/zero; echo end >&2");
    expect(long.ok && [long.text.length, long.text.slice(0, 6)]).toEqual([most, "begin\n"]);
    const loud = await run("(echo begin; head -c 20000000 /dev/zero; echo end) >&2; exit 1");
    expect(loud).toMatchObject({ kind: "failed", stderr: expect.stringMatching(/\0end\n$/) });
    expect(!loud.ok && loud.stderr.length).toBeLessThan(most);
  });
});

/** Each with the source that it is run for first of all. */
const PROGRAMS = [
  ["npm", "npm:notes"],
  ["uv", "pypi:notes"],
  ["docker", "oci:notes"],
] as const;

describe.each(PROGRAMS)("%s does not outlive its crawl", (program, source) => {
  /** Puts a program there that never ends, and names the file that its pid will be in. */
  function endless(): string {
    const file = join(temporaryHome(), "pid");
    withPrograms({ [program]: `#!/bin/sh\necho $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 600\n` });
    return file;
  }

  test("that is aborted", async () => {
    const file = endless();
    const controller = new AbortController();
    const { signal } = controller;
    const crawled = crawlAll(source, {}, { signal, unsafeNoSandbox: true });
    crawled.catch(() => {});
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    expect(isAlive(readPid(file))).toBe(true);
    controller.abort(new Error("enough"));
    await expect(crawled).rejects.toThrow("enough");
    expect(isAlive(readPid(file))).toBe(false);
  });

  test("whose process is killed", async () => {
    const file = endless();
    const starter = spawn(process.execPath, [script, temporaryHome(), source], { stdio: "ignore" });
    onTestFinished(() => void starter.kill("SIGKILL"));
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    expect(isAlive(readPid(file))).toBe(true);
    starter.kill("SIGKILL");
    await expect.poll(() => isAlive(readPid(file)), { timeout: 15_000 }).toBe(false);
  });
});

const readPid = (file: string): number => Number(readFileSync(file, "utf8"));

/** Whether a process runs; one that has ended and that nobody has asked about yet does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}
