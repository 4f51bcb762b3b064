/** Keeps a built site whole for those who use it: in a checkout, whoever builds it anew takes its files away. */
import { copyFile, glob, link, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Kept folders that nobody has asked for in so long are removed. */
const UNUSED_MS = 6 * 60 * 60_000;

/**
 * A folder's files under another name, which stay when the folder is emptied: they are linked, not copied, where the
 * disk can do that. What is there under that name already is taken for the same.
 * @param kept holds nothing but such folders
 */
export async function keepFolder(folder: string, kept: string, name: string): Promise<string> {
  const target = path.join(kept, name);
  const now = new Date();
  try {
    await utimes(target, now, now);
    return target;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  await removeUnused(kept, now);
  const unfinished = `${target}~tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = path.join(entry.parentPath, entry.name);
    const to = path.join(unfinished, path.relative(folder, from));
    await mkdir(path.dirname(to), { recursive: true });
    await link(from, to).catch(() => copyFile(from, to));
  }
  await rename(unfinished, target);
  return target;
}

async function removeUnused(kept: string, now: Date): Promise<void> {
  for (const name of await readdir(kept).catch(() => [])) {
    const folder = path.join(kept, name);
    const used = await stat(folder).catch(() => undefined);
    if (used && now.getTime() - used.mtimeMs > UNUSED_MS) await rm(folder, { recursive: true, force: true });
  }
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
