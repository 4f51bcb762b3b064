/** Keeps a built site whole for those who serve it: in a checkout, whoever builds it anew takes its files away. */
import { rmSync } from "node:fs";
import { cp, glob, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** @returns a copy of a folder, which is there until this process ends. */
export async function ownCopy(folder: string): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "placard-site-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** Loads all modules in a folder, so that none is looked for later. What cannot be loaded alone was not meant to be. */
export async function loadModules(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const name of glob("chunks/*.mjs", { cwd: folder })) names.push(name);
  await Promise.allSettled(names.map((name) => import(pathToFileURL(path.join(folder, name)).href)));
}
