/** Keeps a built site whole for those who serve it: in a checkout, whoever builds it anew takes its files away. */
import { rmSync } from "node:fs";
import { cp, glob, mkdtemp, rm } from "node:fs/promises";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** A folder of our own. */
export interface OwnCopy {
  folder: string;
  /** Takes it away before this process ends. */
  remove(): Promise<void>;
}

/** A copy of a folder, which is there until it is removed or this process ends. */
export async function ownCopy(folder: string): Promise<OwnCopy> {
  const copy = await mkdtemp(path.join(tmpdir(), "placard-site-"));
  const onExit = () => rmSync(copy, { recursive: true, force: true });
  process.once("exit", onExit);
  const remove = async () => {
    process.off("exit", onExit);
    await rm(copy, { recursive: true, force: true });
  };
  try {
    await cp(folder, copy, { recursive: true });
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder: copy, remove };
}

/**
 * Loads all modules in a folder, and has them found from then on, though their files be gone: Node looks for a file each
 * time that another module asks for it first, loaded or not. What cannot be loaded alone was not meant to be.
 */
export async function loadModules(folder: string): Promise<void> {
  const loaded = new Set<string>();
  const load = async (name: string) => {
    const { href } = pathToFileURL(path.join(folder, name));
    await import(href);
    loaded.add(href);
  };
  const names: string[] = [];
  for await (const name of glob("**/*.mjs", { cwd: folder })) names.push(name);
  await Promise.allSettled(names.map(load));
  registerHooks({
    resolve(specifier, context, next) {
      const url = URL.parse(specifier, context.parentURL)?.href;
      if (url === undefined || !loaded.has(url)) return next(specifier, context);
      return { url, format: "module", shortCircuit: true };
    },
  });
}
