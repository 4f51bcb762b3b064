import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryHome } from "./_crawl.ts";
import { survivors, title, usableSandboxes } from "./_zoo.ts";

const script = fileURLToPath(new URL("./_probe.ts", import.meta.url));
const crawler = fileURLToPath(new URL("./_peak.ts", import.meta.url));

/** A sandbox's mount of one of our files stands in its command line: that tells the probes of this folder from others. */
const ours = fileURLToPath(new URL("../../crawler/etc/passwd", import.meta.url));

/** Probes without a living process of ours above them, by pid. */
function orphans(): string[] {
  const processes = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
          const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";
          return [[pid, { command, parent }] as const];
        } catch {
          return [];
        }
      }),
  );
  const isProbe = (pid: string): boolean => {
    const command = processes.get(pid)?.command ?? "";
    return command.includes(ours) && command.includes("\0/bin/true\0");
  };
  return [...processes.keys()].filter((pid) => {
    if (!isProbe(pid)) return false;
    let above = pid;
    while (isProbe(above)) above = processes.get(above)?.parent ?? "";
    return !(processes.get(above)?.command ?? "").includes("node");
  });
}

/** Of other runs in this folder. */
const before = new Set(orphans());
const newOrphans = (): string[] => orphans().filter((pid) => !before.has(pid));

test.each((await usableSandboxes()).map((sandbox) => [title(sandbox), sandbox] as const))(
  "a probe of %s ends when its starter is killed",
  async (_title, { level, dropsUser }) => {
    for (let i = 0; i < 6; i++) {
      const starter = spawn(process.execPath, [script, level, String(dropsUser)], { stdio: "ignore" });
      // Somewhere in the middle of a probe.
      await setTimeout(150 + 7 * i);
      starter.kill("SIGKILL");
    }
    await expect.poll(newOrphans, { timeout: 15_000 }).toEqual([]);
  },
);

test("a server, at whatever moment its crawler is killed, ends too", async () => {
  const mark = crypto.randomUUID();
  const home = temporaryHome();
  for (let i = 0; i < 12; i++) {
    const starter = spawn(process.execPath, [crawler, home, "stubborn", mark], { stdio: "ignore" });
    await setTimeout(250 + 25 * i);
    starter.kill("SIGKILL");
  }
  await expect.poll(() => survivors(mark), { timeout: 15_000 }).toEqual([]);
});

test("no probe is left", () => {
  expect(newOrphans()).toEqual([]);
});
