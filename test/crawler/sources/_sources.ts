import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type CrawlOptions,
  type CrawlResult,
  crawl,
  parseSource,
  type SourceOptions,
} from "../../../crawler/index.ts";
import { hello, tool } from "../../servers/_rpc.ts";
import { temporaryHome } from "../_crawl.ts";

/** Crawls all servers behind a source as a user types it. */
export async function crawlAll(
  argument: string,
  sourceOptions: SourceOptions = {},
  options: Partial<CrawlOptions> = {},
): Promise<CrawlResult[]> {
  const parsed = parseSource(argument, sourceOptions);
  if (!parsed.ok) throw new Error(parsed.reason);
  const results: CrawlResult[] = [];
  for await (const result of crawl(parsed.source, { home: temporaryHome(), ...options }))
    results.push(result);
  return results;
}

/** Why a source can't be read. */
export function refusal(argument: string, options: SourceOptions = {}): string {
  const parsed = parseSource(argument, options);
  return parsed.ok ? "" : parsed.reason;
}

/** A web server on this machine; `seen` holds what was asked for, in order. */
export async function listen(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url}`);
    answer(request, body, response);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, seen };
}

/** Answers as an MCP server that lists one tool. */
export function answerMcp(body: string, response: ServerResponse, name = "remote_note"): void {
  const { id, method } = JSON.parse(body || "{}") as { id?: number; method?: string };
  if (id === undefined) return void response.writeHead(202).end();
  const known: Record<string, object> = { initialize: hello(), "tools/list": { tools: [tool(name)] } };
  const result = known[method ?? ""];
  const answer = result === undefined ? { error: { code: -32601, message: "no such method" } } : { result };
  response
    .setHeader("content-type", "application/json")
    .end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
}

/** Puts programs of ours first on PATH for one test; with `only`, nothing else is there. */
export function withPrograms(programs: Record<string, string>, only = false): string {
  const folder = join(temporaryHome(), "bin");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = only ? folder : [folder, before].join(delimiter);
  onTestFinished(() => {
    process.env.PATH = before;
  });
  return folder;
}
