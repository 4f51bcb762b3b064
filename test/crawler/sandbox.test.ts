import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { askForTools } from "../../crawler/ask.ts";
import { launch } from "../../crawler/launch.ts";
import { DEFAULT_LIMITS } from "../../crawler/limits.ts";
import { INSIDE } from "../../crawler/program.ts";
import { findSandbox, type Sandbox, sandboxNotice } from "../../crawler/sandbox.ts";
import { stdioTransport } from "../../crawler/stdio.ts";
import { processesWith, serverPath } from "./_crawl.ts";
import { title, usableSandboxes } from "./_zoo.ts";

const isRoot = process.getuid?.() === 0;
const open: Sandbox[] = [
  ...(isRoot ? [{ level: "user", dropsUser: true } as const] : []),
  { level: "none", dropsUser: false },
];

/** A machine without user namespaces has none. */
const usable = await usableSandboxes();

const limits = { ...DEFAULT_LIMITS, startMs: 10_000, stopMs: 300 };

/** Runs one of our servers at a given level and returns its tools. */
async function runAt(sandbox: Sandbox, name: string, args: string[], environment = {}, network = false) {
  const program = {
    file: { path: process.execPath },
    arguments: [{ path: serverPath(name) }, ...args],
    environment,
    mounts: [
      { from: process.execPath, to: INSIDE.node },
      { from: dirname(serverPath(name)), to: INSIDE.package },
    ],
  };
  const transport = stdioTransport(await launch(sandbox, program, network, limits), limits);
  try {
    const asked = await askForTools(transport, limits, new AbortController().signal, () => {});
    if (!asked.ok) throw new Error(`${JSON.stringify(asked.failure)} ${transport.stderr()}`);
    return JSON.parse(asked.raw[0] ?? "").tools;
  } finally {
    await transport.close();
  }
}

test("the strongest level that works is found", async () => {
  expect(await findSandbox()).toEqual([...usable, ...open][0]);
});

describe.each(usable.map((sandbox) => [title(sandbox), sandbox] as const))("%s", (_title, sandbox) => {
  let seen: Record<string, unknown>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "placard-secret-"));
    const secret = join(folder, "secret");
    writeFileSync(secret, "the machine's secret");
    const door = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => door.once("listening", resolve));
    const address = door.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    process.env.PLACARD_TEST_SECRET = "leak";
    [{ "x-seen": seen }] = await runAt(sandbox, "snoop", [secret, String(port)], { GIVEN: "yes" });
    delete process.env.PLACARD_TEST_SECRET;
    door.close();
    await rm(folder, { recursive: true });
  });

  test("the environment is built from nothing", () => {
    const { PWD: _, ...environment } = seen.environment as Record<string, string>;
    expect(environment).toEqual({
      PATH: "/placard/bin:/usr/local/bin:/usr/bin:/bin",
      HOME: "/home/placard",
      TMPDIR: "/tmp",
      LANG: "C.UTF-8",
      NODE_OPTIONS: `--max-old-space-size=${DEFAULT_LIMITS.heapMiB}`,
      GIVEN: "yes",
    });
  });

  test("no file of this machine can be read or written, its own folders can", () => {
    expect(seen).toMatchObject({ secret: "ENOENT", rootHome: "ENOENT", shadow: "ENOENT", hasRoot: false });
    expect(seen).toMatchObject({ writeUsr: "EROFS", writeHome: true, writeTemp: true });
    expect(seen.writeRoot).not.toBe(true);
  });

  test("the working folder is neutral and empty", () => {
    expect(seen).toMatchObject({ cwd: "/workspace", cwdEntries: [], home: "/home/placard" });
  });

  test("there is no network, not even this machine's", () => {
    expect(seen.network).not.toBe("connected");
  });

  test("it sees no process but its own, and has no privilege", () => {
    expect(seen).toMatchObject({ noNewPrivileges: true, capabilities: "0000000000000000" });
    expect(seen.processes).toBeLessThan(5);
  });
});

describe.each([...usable, ...open].map((sandbox) => [title(sandbox), sandbox] as const))(
  "what is left behind: %s",
  (_title, sandbox) => {
    test("a server that ignores signals is ended", async () => {
      const mark = `stubborn-${crypto.randomUUID()}`;
      await runAt(sandbox, "stubborn", [mark]);
      expect(processesWith(mark)).toEqual([]);
    });

    test("a child in a session of its own is ended too", async () => {
      const mark = `detached-${crypto.randomUUID()}`;
      await runAt(sandbox, "detached-child", [mark]);
      expect(processesWith(mark)).toEqual([]);
    });

    test("no folder stays", async () => {
      const folder = mkdtempSync(join(tmpdir(), "placard-left-"));
      const before = process.env.TMPDIR;
      // The other user of the level "user" must get in.
      chmodSync(folder, 0o755);
      process.env.TMPDIR = folder;
      try {
        await runAt(sandbox, "good", []);
        expect(readdirSync(folder).filter((name) => !name.startsWith("placard-workspace-"))).toEqual([]);
      } finally {
        if (before === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = before;
        await rm(folder, { recursive: true });
      }
    });
  },
);

test("the network is there when it is asked for", async () => {
  const door = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void door.close());
  await new Promise((resolve) => door.once("listening", resolve));
  const address = door.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const [tool] = await runAt(await findSandbox(), "snoop", ["/none", String(port)], {}, true);
  expect(tool["x-seen"].network).toBe("connected");
});

test("a level that promises less is told of, one that isolates is not", () => {
  expect(sandboxNotice({ level: "user", dropsUser: true })).toMatch(
    /runs as another user, and can read .* network/,
  );
  expect(sandboxNotice({ level: "none", dropsUser: false })).toMatch(/runs with your rights/);
  expect(sandboxNotice({ level: "bubblewrap", dropsUser: true })).toBeUndefined();
});
