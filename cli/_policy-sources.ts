import type { JudgedTool } from "../policy/index.ts";
import { readCorrections } from "./_corrections.ts";
import { nameOf } from "./_lines.ts";
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
 * @throws Failure when neither or both are given, and for a server or tool that is not there.
 */
export async function chooseTools(
  servers: string[],
  { file, tool }: { file?: string; tool?: string },
  io: Io,
): Promise<ChosenServer[]> {
  const all = await sourcesOf([...new Set(servers)], file, io);
  if (tool === undefined) return all;
  const where = all.length === 1 ? (all[0]?.server ?? "") : "Each of these servers";
  toolNamed(
    all.flatMap(({ tools }) => tools),
    tool,
    where,
  );
  return all.map(({ server, tools }) => ({
    server,
    tools: tools.filter(({ definition }) => definition.name === tool),
  }));
}

async function sourcesOf(servers: string[], file: string | undefined, io: Io): Promise<ChosenServer[]> {
  if (file !== undefined && servers.length > 0) {
    throw new Failure("policy takes either server ids or --file, not both.", EXIT.usage);
  }
  if (file !== undefined) return [{ server: nameOf(file), tools: await fileTools(file, io) }];
  if (servers.length === 0) {
    throw new Failure("policy needs a server id, or --file. See placard policy --help.", EXIT.usage);
  }
  const corrections = await readCorrections(io.env);
  return withCatalog(io, async (database) => {
    const sources = [];
    for (const server of servers) {
      sources.push({ server, tools: await catalogTools(database, server, corrections) });
    }
    return sources;
  });
}
