/** The request handler of a built site. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { PageHandler } from "./_ask-site.ts";
import { Failure } from "./failure.ts";

/**
 * @param entry the file that has it
 * @throws Failure when it cannot be loaded.
 */
export async function loadHandler(entry: string): Promise<PageHandler> {
  try {
    const loaded: { handler?: unknown } = await import(/* @vite-ignore */ pathToFileURL(entry).href);
    if (typeof loaded.handler === "function") return loaded.handler as PageHandler;
    throw new Error("it exports no handler");
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const folder = path.dirname(path.dirname(entry));
    throw new Failure(
      `Loading the pages from ${entry}: ${problem}. Remove ${folder} and start again; they are then built anew.`,
    );
  }
}
