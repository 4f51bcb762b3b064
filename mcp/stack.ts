/** The servers of a stack: from the catalog, or with their tools pasted. */
import { setImmediate } from "node:timers/promises";
import { type AdvisoryMatch, advisoriesOf, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import type { ServerDetail } from "../db/index.ts";
import type { JudgedTool } from "../policy/index.ts";
import { noTools, quoted } from "./find.ts";
import { readDefinition } from "./pasted.ts";
import { MOST } from "./schemas.ts";
import { type Outcome, refused } from "./tool.ts";
import type { McpCatalog } from "./types.ts";

export interface ReadServer {
  server: string;
  /** Its tools were handed over; the catalog was not asked. */
  pasted: boolean;
  tools: JudgedTool[];
  advisories: AdvisoryMatch[];
  /** Pasted tools that cannot be read, and why. */
  leftOut: string[];
}

interface Asked {
  server: string;
  tools?: readonly unknown[];
}

/** @returns the servers that have tools, and of the others why they have none, a sentence each */
export async function readStack(
  asked: readonly Asked[],
  catalog: McpCatalog,
  judge: (definition: ToolDefinition) => Verdict,
): Promise<Outcome<{ servers: ReadServer[]; missing: string[] }>> {
  const twice = asked.find(({ server }, index) =>
    asked.some((other, at) => at < index && other.server === server),
  );
  if (twice) return refused(`The server ${quoted(twice.server)} is given twice. Give each once.`);
  const servers: ReadServer[] = [];
  const missing: string[] = [];
  let count = 0;
  for (const { server, tools } of asked) {
    const read = tools ? await pastedServer(server, tools, judge) : await catalogServer(server, catalog);
    if (typeof read === "string") missing.push(read);
    else servers.push(read);
    count += typeof read === "string" ? 0 : read.tools.length;
    if (count > MOST.tools)
      return refused(`These servers have more than ${MOST.tools} tools. Check fewer at a time.`);
  }
  return { ok: true, value: { servers, missing } };
}

async function pastedServer(
  server: string,
  given: readonly unknown[],
  judge: (definition: ToolDefinition) => Verdict,
): Promise<ReadServer | string> {
  const tools: JudgedTool[] = [];
  const leftOut: string[] = [];
  for (const [index, one] of given.entries()) {
    // Other requests get their turn between two definitions.
    await setImmediate();
    const read = readDefinition(one);
    if (read.ok) tools.push({ definition: read.value, verdict: judge(read.value) });
    else leftOut.push(`tool ${index + 1}: ${read.problem}`);
  }
  if (tools.length > 0) return { server, pasted: true, tools, advisories: [], leftOut };
  const why = leftOut[0] === undefined ? "the list is empty" : leftOut[0];
  return `No tool of ${quoted(server)} can be read: ${why}.`;
}

async function catalogServer(server: string, catalog: McpCatalog): Promise<ReadServer | string> {
  const tools = await catalog.serverTools(server);
  if (tools.length === 0) return noTools(catalog, server);
  const detail = await catalog.server(server);
  return { server, pasted: false, tools, advisories: detail ? advisoriesFor(detail) : [], leftOut: [] };
}

/** Published flaws of the package that was listed; where none is known, of the server's id and version. */
export function advisoriesFor({ id, version, package: found }: ServerDetail): AdvisoryMatch[] {
  return found ? advisoriesOf(`${found.registry}/${found.name}`, found.version) : advisoriesOf(id, version);
}
