import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parsePages } from "../../crawler/answer.ts";
import { askForTools } from "../../crawler/ask.ts";
import type { CrawlResult } from "../../crawler/index.ts";
import { launch } from "../../crawler/launch.ts";
import { DEFAULT_LIMITS, type Limits } from "../../crawler/limits.ts";
import { INSIDE } from "../../crawler/program.ts";
import { explainFailure } from "../../crawler/reasons.ts";
import { type Sandbox, works } from "../../crawler/sandbox.ts";
import { stdioTransport } from "../../crawler/stdio.ts";
import { serverPath } from "./_crawl.ts";

const isRoot = process.getuid?.() === 0;

/** Sandboxes with file isolation that work here; `PLACARD_TEST_SANDBOX=required` says that there must be some. */
export async function usableSandboxes(): Promise<Sandbox[]> {
  const all: Sandbox[] = (["bubblewrap", "unshare"] as const).flatMap((level) =>
    (isRoot ? [true, false] : [false]).map((dropsUser) => ({ level, dropsUser })),
  );
  const usable: Sandbox[] = [];
  for (const sandbox of all) if (await works(sandbox)) usable.push(sandbox);
  if (usable.length === 0 && process.env.PLACARD_TEST_SANDBOX === "required") {
    throw new Error("no sandbox works on this machine, and PLACARD_TEST_SANDBOX=required asks for one");
  }
  return usable;
}

export const title = ({ level, dropsUser }: Sandbox): string =>
  `${level}${dropsUser ? " as another user" : ""}`;

/** How a server of the zoo came out: the part of a crawl's result that a row speaks of. */
export type Outcome = Pick<CrawlResult, "status" | "reason" | "tools" | "problems">;

/** Runs one of our small servers in a sandbox of our choice, asks it for its tools and ends it. */
export async function runAt(
  sandbox: Sandbox,
  name: string,
  args: string[],
  given: Partial<Limits>,
): Promise<Outcome> {
  const limits = { ...DEFAULT_LIMITS, stopMs: 300, ...given };
  const program = {
    file: { path: process.execPath },
    arguments: [{ path: serverPath(name) }, ...args],
    environment: {},
    mounts: [
      { from: process.execPath, to: INSIDE.node },
      { from: dirname(serverPath(name)), to: INSIDE.package },
    ],
  };
  const transport = stdioTransport(await launch(sandbox, program, false, limits), limits);
  try {
    const asked = await askForTools(transport, limits, new AbortController().signal, () => {});
    const parsed = asked.ok ? parsePages(asked.raw) : undefined;
    if (parsed?.ok) return { status: "ok", tools: parsed.tools, problems: parsed.problems };
    const subject = { label: name, transport: "stdio", stderr: transport.stderr(), network: false } as const;
    const reason = asked.ok ? "" : explainFailure(asked.failure, subject);
    return { status: "failed", reason, tools: [], problems: [] };
  } finally {
    await transport.close();
  }
}

/** Processes that carry a text in their command line or, where we may read it, in their environment. */
export function survivors(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ["cmdline", "environ"].some((file) => read(`/proc/${pid}/${file}`).includes(mark)))
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** A temporary folder for everything that a test's crawls make; `left` are the names still in it. */
export function watchedFolder(): { left(): string[]; remove(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "placard-zoo-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  return {
    // The empty working folder of servers without a sandbox stays on purpose.
    left: () => readdirSync(folder).filter((name) => !name.startsWith("placard-workspace-")),
    remove: async () => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      if (existsSync(folder)) await rm(folder, { recursive: true });
    },
  };
}
