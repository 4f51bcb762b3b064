import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const ROOT = path.resolve(fileURLToPath(new URL("../..", import.meta.url)));
const LAUNCHER = path.join(ROOT, "cli", "placard.mjs");

/** A data folder for one test file; never the user's own. */
export const HOME = mkdtempSync(path.join(tmpdir(), "placard-cli-"));
afterAll(() => rmSync(HOME, { recursive: true, force: true }));

/** A Node of this machine that is too old for the sources, if it has one. */
export const SYSTEM_NODE = ["/usr/bin/node", "/usr/local/bin/node"].find(isOld);

/** Whether this Node needs the launcher's help. */
function isOld(node: string): boolean {
  if (!existsSync(node)) return false;
  return Number(execFileSync(node, ["--version"], { encoding: "utf8" }).slice(1).split(".")[0]) < 22;
}

export interface Ran {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  /** The program to start the launcher with; this Node unless told. */
  node?: string;
  launcher?: string;
}

/** Runs `placard` as a user does, from the project's folder, and waits for its end. */
export function placard(
  args: string[],
  { env = {}, stdin = "", node, launcher }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(node ?? process.execPath, [launcher ?? LAUNCHER, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME, PLACARD_HOME: HOME, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}

/** A run as a transcript: the command, what it printed, how it ended. Times differ from run to run and are left out. */
export function transcript(args: string[], { stdout, stderr, code }: Ran): string {
  const command = ["placard", ...args.map((arg) => (/^[\w./:@=,*-]+$/.test(arg) ? arg : `'${arg}'`))].join(
    " ",
  );
  const shown = (text: string) => text.replaceAll(/\d+\.\d s\b/g, "0.0 s").replaceAll(HOME, "$PLACARD_HOME");
  const notes = stderr === "" ? "" : `\n--- stderr\n${shown(stderr)}`;
  return `$ ${command}\n${shown(stdout)}${notes}\nexit code ${code}\n`;
}
