import { type CallToolResult, Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { onTestFinished } from "vitest";
import { classify } from "../../classifier/index.ts";
import { createServer, type McpCatalog, type ToolContext } from "../../mcp/index.ts";
import { mcpLinks } from "../../site/src/lib/mcp.ts";
import { OFFICE, POISONED } from "../site/_attacked.ts";
import { fakeCatalog } from "../site/_catalog.ts";
import { ATTACKER } from "../site/_hostile.ts";
import { SERVERS } from "../site/_servers.ts";

/** Where the catalog of these tests has its pages. */
export const SITE = "https://catalog.example.com";

/** A catalog in memory with plain servers, one that attacks pages, and one that speaks to models. */
export const CATALOG: McpCatalog = fakeCatalog([...SERVERS, OFFICE, POISONED, ATTACKER]);

export function contextOf(catalog: McpCatalog = CATALOG, more: Partial<ToolContext> = {}): ToolContext {
  return {
    catalog,
    judge: classify,
    links: mcpLinks((address) => new URL(address, SITE).href),
    version: "1.2.3",
    note: (line) => {
      throw new Error(line);
    },
    ...more,
  };
}

/** The official client, connected to the tools in this process. */
export async function connect(context: ToolContext = contextOf()): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createServer(context).connect(theirs);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(ours);
  onTestFinished(() => client.close());
  return client;
}

/** Calls a tool and hands out what it says, which must be the same in both forms. */
export async function ask<Value = Record<string, never>>(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<Value> {
  const result = (await client.callTool({ name, arguments: args })) as CallToolResult;
  if (result.isError) throw new Error(textOf(result));
  const said = JSON.parse(textOf(result));
  if (JSON.stringify(said) !== JSON.stringify(result.structuredContent))
    throw new Error("the two forms differ");
  return said as Value;
}

/** The sentence of a call that is refused. */
export async function refusal(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const result = (await client.callTool({ name, arguments: args })) as CallToolResult;
  if (!result.isError) throw new Error(`${name} was answered: ${textOf(result)}`);
  return textOf(result);
}

export function textOf({ content }: CallToolResult): string {
  const [block, ...more] = content;
  if (block?.type !== "text" || more.length > 0) throw new Error("not one block of text");
  return block.text;
}
