import { existsSync } from "node:fs";
import { classify, RULES_VERSION } from "../classifier/index.ts";
import type { Database } from "../db/index.ts";
import type { Corrections, JudgedTool } from "../policy/index.ts";
import { readCorrections } from "./_corrections.ts";
import { leftOut, readDefinitions } from "./_definitions.ts";
import { nameOf } from "./_lines.ts";
import { nearest } from "./_nearest.ts";
import { Failure } from "./failure.ts";
import { placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { brief, safe } from "./render/text.ts";

/**
 * Opens the catalog for the time of `use`, and closes it whatever happens.
 * @throws Failure when it cannot be opened.
 */
export async function withCatalog<Result>(
  io: Io,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { openDatabase } = await import("../db/index.ts");
  // From here on Ctrl-C waits for the database to be closed; it takes a moment, no more.
  const signal = io.signal();
  const opened = await openDatabase({
    home: placardHome(io.env),
    url: io.env.DATABASE_URL,
    onNotice: (notice) => io.note(`placard: ${notice}`),
  });
  if (!opened.ok) throw new Failure(opened.reason);
  try {
    const result = await use(opened.database);
    signal.throwIfAborted();
    return result;
  } finally {
    await opened.database.close();
  }
}

/**
 * The tools a server of the catalog serves now. Verdicts by other rules than the present ones are made anew, and the
 * present corrections applied: what is stored waits for the next `placard serve`.
 * @throws Failure when there is no such server, with the nearest ids.
 */
export async function catalogTools(
  database: Database,
  server: string,
  corrections: Corrections,
): Promise<JudgedTool[]> {
  const { getServer, listServers, serverTools } = await import("../db/index.ts");
  const tools = await serverTools(database, server);
  if (tools.length > 0) return tools.map((tool) => judgedNow(tool, corrections));
  const known = await getServer(database, server);
  if (known) {
    const why =
      known.status === "ok"
        ? "it lists no tools"
        : `its last crawl ended as ${known.status}: ${known.reason ?? ""}`;
    throw new Failure(`the server ${safe(server)} has no tools in the catalog: ${brief(why, 300)}`);
  }
  const { items } = await listServers(database, { limit: 200 });
  throw new Failure(
    unknownServer(
      server,
      items.map(({ id }) => id),
    ),
  );
}

/** A stored tool with the verdict as the present rules and corrections have it. */
export function judgedNow({ definition, verdict }: JudgedTool, corrections: Corrections): JudgedTool {
  const present = verdict.rules === RULES_VERSION ? verdict : classify(definition);
  return { definition, verdict: corrections.apply(present) };
}

function unknownServer(server: string, ids: string[]): string {
  const like = nearest(server, ids);
  const crawl = server.startsWith("npm/") ? `npm:${server.slice("npm/".length)}` : "npm:<name>";
  if (like.length > 0)
    return `the catalog has no server "${safe(server)}". Did you mean ${like.map(safe).join(" or ")}?`;
  if (existsSync(server)) {
    return `the catalog has no server "${safe(server)}", which is a file here: explain and policy take it with --file.`;
  }
  const size = ids.length === 0 ? "it is empty" : "none is like it";
  return `the catalog has no server "${safe(server)}"; ${size}. Crawl it first: placard crawl ${safe(crawl)}`;
}

/** The definitions of a file with their verdicts; entries that cannot be taken are left out, with a notice. */
export async function fileTools(file: string, io: Io): Promise<JudgedTool[]> {
  const { apply } = await readCorrections(io.env);
  const tools: JudgedTool[] = [];
  for await (const entry of readDefinitions(file, io)) {
    if (entry.ok) tools.push({ definition: entry.definition, verdict: apply(classify(entry.definition)) });
    else io.note(`placard: left out ${leftOut(entry, file)}: ${brief(entry.problem, 300)}.`);
  }
  if (tools.length === 0)
    throw new Failure(`reading tool definitions from ${nameOf(file)}: there is none in it.`);
  return tools;
}

/**
 * The tool of that name.
 * @throws Failure when there is none, with the nearest names.
 */
export function toolNamed(tools: JudgedTool[], name: string, where: string): JudgedTool {
  const tool = tools.find(({ definition }) => definition.name === name);
  if (tool) return tool;
  const names = tools.map(({ definition }) => definition.name);
  const like = nearest(name, names);
  const hint =
    like.length > 0
      ? `Did you mean ${like.map((other) => brief(other, 80)).join(" or ")}?`
      : `It has ${names
          .slice(0, 12)
          .map((other) => brief(other, 40))
          .join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}.`;
  throw new Failure(`${safe(where)} has no tool "${brief(name, 80)}". ${hint}`);
}
