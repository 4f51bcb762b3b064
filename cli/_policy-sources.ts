import type { Corrections, JudgedTool } from "../policy/index.ts";
import { noteStaleCorrections, readCorrections } from "./_corrections.ts";
import { nameOf } from "./_lines.ts";
import { serverOfFile } from "./_policy-export.ts";
import { catalogTools, fileTools, toolNamed, withCatalog } from "./_tools.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** A server and its tools, as chosen on the command line. */
export interface ChosenServer {
  server: string;
  tools: JudgedTool[];
}

/**
 * The tools that a policy is wanted for: of servers of the catalog, or of a file, whose name then stands for the server.
 * Says on stderr which corrections are about other definitions of these tools.
 * @throws Failure when neither or both are given, for a server that is not there, and when one lacks the tool.
 */
export async function chooseTools(
  servers: string[],
  { file, tool }: { file?: string; tool?: string },
  io: Io,
): Promise<ChosenServer[]> {
  const corrections = await readCorrections(io.env);
  const all = await sourcesOf([...new Set(servers)], file, corrections, io);
  for (const { server, tools } of all) if (tool !== undefined) toolNamed(tools, tool, server);
  const chosen = all.map(({ server, tools }) => ({
    server,
    tools: tool === undefined ? tools : tools.filter(({ definition }) => definition.name === tool),
  }));
  for (const { server, tools } of chosen) {
    noteStaleCorrections(corrections, file === undefined ? server : serverOfFile(file), tools, io);
  }
  return chosen;
}

async function sourcesOf(
  servers: string[],
  file: string | undefined,
  corrections: Corrections,
  io: Io,
): Promise<ChosenServer[]> {
  if (file !== undefined && servers.length > 0) {
    throw new Failure("policy takes either server ids or --file, not both.", EXIT.usage);
  }
  if (file !== undefined) return [{ server: nameOf(file), tools: await fileTools(file, io) }];
  if (servers.length === 0) {
    throw new Failure("policy needs a server id, or --file. See placard policy --help.", EXIT.usage);
  }
  return withCatalog(io, async (database) => {
    const sources = [];
    for (const server of servers) {
      sources.push({ server, tools: await catalogTools(database, server, corrections) });
    }
    return sources;
  });
}
