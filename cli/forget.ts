import type { Command } from "commander";
import type { Removal } from "../db/index.ts";
import { nearest } from "./_nearest.ts";
import { withCatalog } from "./_tools.ts";
import { Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT } from "./home.ts";
import type { Io } from "./io.ts";
import { safe, safeJson, wrap } from "./render/text.ts";

interface ForgetOptions {
  json?: boolean;
}

/** `placard forget`: takes servers out of the catalog. */
export function defineForget(program: Command, io: Io): void {
  program
    .command("forget")
    .description("Take servers out of the catalog, with everything that is there because of them.")
    .argument("<servers...>", "server ids, such as npm/@modelcontextprotocol/server-memory")
    .option("--json", "print a line of JSON for each server, with what was removed")
    .addHelpText(
      "after",
      `
Removed are the server's tools, its crawls with their raw answers, its changes, its jobs in the queue, and the
definitions and verdicts that no other server has. Nothing is asked, and nothing can be undone; when one id is unknown,
nothing is removed. A new crawl brings a server back, unless crawler/exclude.yaml names it, or a list of your own does
(placard crawl --exclude, PLACARD_EXCLUDE).

Examples:
  placard forget npm/@modelcontextprotocol/server-memory
  placard forget remote/mcp.example.com/mcp local/mine --json
${CATALOG_ENVIRONMENT}

Exit codes:
  0  fine     2  wrong usage     3  no such server, or the catalog cannot be opened
  130  stopped by Ctrl-C`,
    )
    .action((servers: string[], options: ForgetOptions) => runForget(servers, options, io));
}

async function runForget(servers: string[], { json }: ForgetOptions, io: Io): Promise<void> {
  const removed = await withCatalog(io, async (database) => {
    const { deleteServers, serverIds } = await import("../db/index.ts");
    const result = await deleteServers(database, servers);
    if (result.ok) return result.removed;
    throw new Failure(unknownServers(result.unknown, await serverIds(database)));
  });
  for (const removal of removed) {
    await io.out(json ? `${safeJson(removal)}\n` : `${renderRemoval(removal)}\n`);
  }
  if (!json) await io.out(`${wrap(renderHint(removed.length), io.width)}\n`);
}

function unknownServers(unknown: string[], known: string[]): string {
  const said = unknown.map((id) => {
    const like = nearest(id, known).map(safe);
    return `the catalog has no server "${safe(id)}"${like.length === 0 ? "" : ` (did you mean ${like.join(" or ")}?)`}`;
  });
  return `${said.join(", and ")}. Nothing was removed. Ids are as on the catalog's pages.`;
}

function renderRemoval({ server, tools, definitions, crawls, changes, jobs }: Removal): string {
  const parts = [
    some(tools, "tool"),
    some(crawls, "crawl"),
    some(changes, "change"),
    some(jobs, "job"),
    some(definitions, "definition"),
  ];
  return `${safe(server)} is removed, with ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)} that no other server has.`;
}

function renderHint(count: number): string {
  const them = count === 1 ? "it" : "them";
  return `A new crawl would bring ${them} back. To keep ${them} out, name ${them} in crawler/exclude.yaml, or in a list of your own that --exclude or PLACARD_EXCLUDE names.`;
}

const some = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
