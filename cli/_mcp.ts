import { classify } from "../classifier/index.ts";
import { VERSION } from "../crawler/version.ts";
import type { Database, OpenResult } from "../db/index.ts";
import { lazyCatalog, serveOverStdio, type ToolContext, UnavailableError } from "../mcp/index.ts";
import type { Corrections } from "../policy/index.ts";
import { mcpLinks } from "../site/src/lib/mcp.ts";
import { readCorrections } from "./_corrections.ts";
import { readPublicUrl } from "./_public-url.ts";
import { rootMessage } from "./_root-message.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import type { McpOptions } from "./mcp.ts";

/** Serves one client until it goes; `mcp.ts` says how it is called. */
export async function runMcp(options: McpOptions, io: Io): Promise<void> {
  const signal = io.signal();
  const publicUrl = readPublicUrl(options.url ?? io.env.PLACARD_URL);
  const home = placardHome(io.env);
  const corrections = await readCorrections(io.env);
  const catalog = openLater(home, corrections, io);
  let isOver = false;
  const context: ToolContext = {
    catalog: lazyCatalog(catalog.open),
    judge: (definition) => corrections.apply(classify(definition)),
    links: mcpLinks(publicUrl === undefined ? undefined : (address) => new URL(address, publicUrl).href),
    version: VERSION,
    // Calls that end because the client has gone are nobody's fault.
    note: (line) => {
      if (!isOver) io.note(line);
    },
  };
  if (io.stdin.isTTY)
    io.note("placard: waiting for an MCP client on standard input. See placard mcp --help; Ctrl-C ends it.");
  try {
    await serveOverStdio(context, { stdin: io.stdin, stdout: io.stdout, signal });
    signal.throwIfAborted();
  } finally {
    isOver = true;
    await catalog.close();
  }
}

/**
 * The database, opened when it is first asked for. Stored verdicts are then brought up to the present rules and
 * corrections, while answers are given from what is there.
 */
function openLater(home: string, corrections: Corrections, io: Io) {
  const work = new AbortController();
  const running: Promise<void>[] = [];
  let opening: Promise<OpenResult> | undefined;
  const openNow = async (): Promise<OpenResult> => {
    const { openDatabase } = await import("../db/index.ts");
    const onNotice = (notice: string) => io.note(`placard: ${notice} …`);
    return openDatabase({ home, url: io.env.DATABASE_URL, onNotice });
  };
  return {
    async open(): Promise<Database> {
      if (work.signal.aborted) throw new UnavailableError("The connection is being closed.");
      opening = openNow();
      const opened = await opening;
      if (!opened.ok) throw new UnavailableError(opened.reason);
      const { database } = opened;
      const { refreshVerdicts } = await import("./_refresh-verdicts.ts");
      running.push(
        refreshVerdicts(database, corrections, work.signal, io.note).catch((error) => {
          if (!work.signal.aborted) io.note(`placard: bringing verdicts up to date: ${rootMessage(error)}.`);
        }),
      );
      return database;
    },
    async close(): Promise<void> {
      work.abort();
      // The client may have gone while the database was being started.
      const opened = await opening;
      await Promise.all(running);
      if (opened?.ok) await opened.database.close();
    },
  };
}
