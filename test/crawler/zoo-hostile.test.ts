import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../crawler/limits.ts";
import { runAt, survivors, title, usableSandboxes, watchedFolder } from "./_zoo.ts";

const MIB = 1024 * 1024;

/** Small, so that an attack comes to its end soon. */
const tight = {
  startMs: 20_000,
  requestMs: 10_000,
  memoryBytes: 300 * MIB,
  heapMiB: 64,
  diskBytes: 8 * MIB,
  diskFiles: 3_000,
  processes: 120,
};

/** Attacks that end with a server being ended, and what is told of it. */
const fatal: [attack: string, reason: RegExp][] = [
  ["fork-bomb", /ran more than 120 processes and threads, our limit, and was ended/],
  ["fork-after-fork", /ran more than 120 processes and threads, our limit, and was ended/],
  ["takes-memory", /used more than 300 MiB of memory, our limit, and was ended/],
  ["takes-memory-together", /used more than 300 MiB of memory, our limit, and was ended/],
  ["fills-heap", /heap out of memory.* limit on memory or processes/],
  ["makes-files", /(made more than 3000 files, our limit, and was ended|did not answer .* ENOSPC)/],
];

const isRoot = process.getuid?.() === 0;
const usable = await usableSandboxes();

// One after the other: they fight for the same two cores and, as one user, for the same number of processes.
describe.each(usable.map((sandbox) => [title(sandbox), sandbox] as const))("%s", (_title, sandbox) => {
  let folder: ReturnType<typeof watchedFolder>;
  beforeAll(() => {
    folder = watchedFolder();
  });
  afterAll(() => folder.remove());

  // The kernel does not limit root's processes: a real bomb would be felt by everything else on this machine.
  const attacks = fatal.filter(([attack]) => attack !== "fork-bomb" || sandbox.dropsUser || !isRoot);

  test.each(attacks)("%s is ended, and told of", async (attack, reason) => {
    const mark = crypto.randomUUID();
    const limits = attack === "makes-files" ? { ...tight, startMs: 3_000 } : tight;
    const outcome = await runAt(sandbox, "hostile", [attack, mark], limits);
    expect(outcome.reason).toMatch(reason);
    expect(outcome.status).toBe("failed");
    expect(survivors(mark)).toEqual([]);
  });

  test("a full disk is the server's own trouble", async () => {
    const { tools } = await runAt(sandbox, "hostile", ["fills-disk", "x"], tight);
    expect(tools[0]?.["x-full"]).toEqual({
      "/home/placard": "ENOSPC",
      "/tmp": "ENOSPC",
      "/dev/shm": "ENOSPC",
    });
  });

  test("generations of children in sessions of their own go with it", async () => {
    const mark = crypto.randomUUID();
    const { status } = await runAt(sandbox, "hostile", ["detached-generations", mark], DEFAULT_LIMITS);
    expect(status).toBe("ok");
    expect(survivors(mark)).toEqual([]);
  });

  test("other users' files and environments are out of sight", async () => {
    const data = `${process.env.TMPDIR}/placard-workspace-data`;
    mkdirSync(data, { recursive: true });
    writeFileSync(`${data}/secret`, "secret");
    process.env.PLACARD_TEST_SECRET = "leak";
    const { tools } = await runAt(sandbox, "hostile", ["spies", data], DEFAULT_LIMITS);
    delete process.env.PLACARD_TEST_SECRET;
    expect(tools[0]?.["x-seen"]).toMatchObject({
      root: "ENOENT",
      home: ["placard"],
      ssh: "ENOENT",
      data: "ENOENT",
    });
    expect(JSON.stringify(tools)).not.toContain("PLACARD_TEST_SECRET");
  });

  test("nothing is left in the file system", () => {
    expect(folder.left()).toEqual([]);
  });
});

test("a machine without any sandbox is known", () => {
  // Fails in `usableSandboxes` where PLACARD_TEST_SANDBOX=required; the attacks above must not run outside one.
  expect(usable).toBeInstanceOf(Array);
});
