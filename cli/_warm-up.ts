/** Loads what answers are made with, so that the first reader does not wait for it. */
import type { ToolDefinition } from "../classifier/index.ts";
import { askSite, type PageHandler } from "./_ask-site.ts";

/** One of each kind. Nothing is there, so nothing is looked up for long; what would make the answer is loaded. */
const ADDRESSES = [
  "/tools/npm/none/none",
  "/servers/npm/none",
  "/policies",
  "/api/v1/tools/npm/none/none",
  "/api/v1/servers/npm/none",
  "/api/v1/policies/npm/none",
  "/api/v1/annotations/npm/none",
  "/api/v1/classify",
  "/api/v1/policies/evaluate",
];

interface Locals {
  judge: (definition: ToolDefinition) => unknown;
}

/** Never throws: what fails here fails again when somebody asks for it, and is told then. */
export async function warmUp(handler: PageHandler, locals: Locals, signal: AbortSignal): Promise<void> {
  // The rules and the model are read with the first definition.
  locals.judge({ name: "get_item" });
  const origin = new URL("http://localhost");
  for (const address of ADDRESSES) {
    if (signal.aborted) return;
    await askSite(handler, { address, origin }, locals).catch(() => undefined);
  }
}
