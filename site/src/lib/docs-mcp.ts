/** The page about the catalog as an MCP server. */
import { MOST, TOOLS } from "../../../mcp/index.ts";
import { apiDocsUrl, mcpDocsUrl, mcpUrl } from "./addresses.ts";
import type { DocsBlock, DocsCommand, DocsPage } from "./docs-page.ts";
import { plainHead } from "./head.ts";
import { code, link, plain } from "./markdown-text.ts";
import { type ClientSetup, httpSetups, STDIO_SETUPS } from "./mcp.ts";

const number = (value: number): string => value.toLocaleString("en");

/** @param url the whole address that answers; undefined where none does, as in a copy made of files */
export function mcpDocs(url: string | undefined): DocsPage {
  return {
    title: "MCP server",
    description:
      "The catalog as an MCP server: six tools with which an agent looks at other servers' tools before it uses them.",
    lead: "The catalog as tools for your own agent: what another server's tools can do, and which policy fits them.",
    head: plainHead(mcpDocsUrl()),
    sections: [
      {
        title: "The tools",
        id: "tools",
        blocks: [
          {
            terms: TOOLS.map(({ name, description }) => ({
              term: code(name),
              what: plain(description, 10_000),
            })),
          },
          {
            text: "All of them only read, and say so in their annotations. Answers come as structured content and as the same JSON in text, short, with the address of a page for more.",
          },
        ],
      },
      {
        title: "Started by your client",
        id: "stdio",
        blocks: [
          {
            text: "The client starts `placard mcp` and ends it. It reads the catalog of this machine, which `placard crawl` fills, and sends nothing anywhere but to the client. Put the folder of your checkout in place of `/path/to/placard`.",
          },
          { commands: commandsOf(STDIO_SETUPS, "stdio-setup") },
        ],
      },
      { title: "Over HTTP", id: "http", blocks: overHttp(url) },
      {
        title: "What to know",
        id: "notes",
        blocks: [
          {
            list: [
              "**Whose words these are.** Verdicts and summaries are ours. Names, quotes and documents hold words of the servers that are judged: every answer says so first, and that they are data. They are cut to a bounded length, and characters that do not show are told by their codes. A description is quoted only where `quote` asks for it.",
              "**Protocol.** MCP 2026-07-28, and the revisions with a handshake from 2024-11-05 to 2025-11-25, both over stdio and over HTTP. There are no sessions and nothing to subscribe to: GET and DELETE are answered with 405. A line or a body that is not JSON is answered with the error -32700, one that is no message with -32600. A list of messages (a JSON-RPC batch, which MCP has had no more since 2025-06-18) is no message over stdio; over HTTP up to 20 are answered.",
              `**Bounds.** ${MOST.servers} servers and ${number(MOST.tools)} tools at a time, ${MOST.pasted} pasted definitions for each server, ${number(MOST.definition)} characters for each definition, 1 MiB for a request over HTTP, 4 MB for a line over stdio. What is longer is refused with a sentence.`,
              `**Pages of other origins** may ask where they may also read the ${link("API", apiDocsUrl())}: not on localhost.`,
              "**The limit.** A verdict speaks of a definition. A server can do something else than it says.",
            ],
          },
        ],
      },
    ],
  };
}

function overHttp(url: string | undefined): DocsBlock[] {
  if (url === undefined)
    return [
      {
        text: `A catalog that \`placard serve\` shows has the same tools at ${code(mcpUrl())}, over Streamable HTTP. This page is of a copy made of files, which can answer nobody.`,
      },
    ];
  return [
    {
      text: `This catalog answers at ${code(url)}, over Streamable HTTP, without an account. On localhost only this machine reaches it.`,
    },
    { commands: commandsOf(httpSetups(url), "http-setup") },
  ];
}

function commandsOf(setups: readonly ClientSetup[], id: string): DocsCommand[] {
  return setups.map(({ client, where, text }, index) => ({
    id: `${id}-${index}`,
    what: client,
    where,
    text,
  }));
}
