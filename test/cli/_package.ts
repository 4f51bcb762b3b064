/** The package as somebody else installs it: packed here, installed with npm into an empty project. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** PATH without the programs of this checkout's dependencies. */
const FOREIGN_PATH = (process.env.PATH ?? "")
  .split(path.delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(path.delimiter);

const packedSchema = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

export interface Installed {
  /** The project that it was installed into. */
  folder: string;
  /** The packed files, by path in the package. */
  files: string[];
  /** Bytes of the tarball, and of the files in it. */
  size: number;
  unpackedSize: number;
  remove(): void;
}

/** Packs this checkout and installs it. Dependencies come from npm's cache where they are in it, else from the registry. */
export function installPackage(): Installed {
  const folder = mkdtempSync(path.join(tmpdir(), "placard-package-"));
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // npm prints what the prepack script says before its own JSON.
  const [{ filename, size, unpackedSize, files }] = packedSchema.parse(
    JSON.parse(packed.slice(packed.search(/^\[$/m))),
  );
  const project = path.join(folder, "project");
  mkdirSync(project);
  write(project, "package.json", JSON.stringify({ name: "project", private: true, type: "module" }));
  const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", [...install, path.join(folder, filename)], {
    cwd: project,
    env: { PATH: FOREIGN_PATH, HOME: process.env.HOME },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return {
    folder: project,
    files: files.map((file) => file.path),
    size,
    unpackedSize,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes a file of the project. */
export function write(project: string, name: string, text: string): void {
  writeFileSync(path.join(project, name), text);
}

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program in the project with nothing of this checkout on PATH, and waits for its end.
 *
 * @param input messages to its stdin, one a line
 */
export function runIn(project: string, command: [string, ...string[]], input: object[] = []): Promise<Run> {
  const [file, ...args] = command;
  const child = spawn(file, args, { cwd: project, env: foreignEnvironment(project) });
  const run: Run = { code: null, stdout: "", stderr: "" };
  child.stdin.end(input.map((message) => `${JSON.stringify(message)}\n`).join(""));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    run.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    run.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...run, code }));
  });
}

/** The environment of programs in the project. */
export function foreignEnvironment(project: string): NodeJS.ProcessEnv {
  return { PATH: FOREIGN_PATH, HOME: project, PLACARD_HOME: path.join(project, "catalog"), NO_COLOR: "1" };
}

/** Which npm packages the built JavaScript of the installed package imports. */
export async function importedPackages(project: string): Promise<Set<string>> {
  const folder = path.join(project, "node_modules/placard/dist");
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => /\.m?js$/.test(name) && !name.startsWith("site/dist/client/"),
  );
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), "utf8")));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/^(?:import|export)\b[^"'`;]*"([^"./][^":]*)"|\bimport\("([^"./][^":]*)"\)/gm),
  ]);
  return new Set(
    found.map(([, from, loaded]) => {
      const [scope = "", name] = (from ?? loaded ?? "").split("/");
      return scope.startsWith("@") ? `${scope}/${name}` : scope;
    }),
  );
}
