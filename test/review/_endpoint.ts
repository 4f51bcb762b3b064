import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a question looked like when it came in. */
export interface Asked {
  path: string;
  headers: IncomingMessage["headers"];
  body: {
    model: string;
    messages: { role: string; content: string }[];
    response_format?: { type: string; json_schema?: { schema: Record<string, unknown> } };
    [key: string]: unknown;
  };
}

/** What the endpoint does with a question; `number` counts from 1. */
export type Act = (asked: Asked, response: ServerResponse, number: number) => void | Promise<void>;

export interface StandIn {
  url: string;
  asked: Asked[];
  /** Most questions that were open at the same time. */
  mostOpen(): number;
}

/** An endpoint on 127.0.0.1 that speaks as much of the chat completions API as we use. It ends with the test. */
export async function standIn(act: Act): Promise<StandIn> {
  const asked: Asked[] = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on("close", () => {
      open -= 1;
    });
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const one: Asked = { path: request.url ?? "", headers: request.headers, body: JSON.parse(text) };
    asked.push(one);
    await act(one, response, asked.length);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    mostOpen: () => most,
  };
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

export interface Choice {
  content?: string | null;
  refusal?: string;
  finish_reason?: string;
  tokens?: number | null;
}

/** A chat completion whose answer is this text. */
export function complete(
  response: ServerResponse,
  { content = null, refusal, finish_reason = "stop", tokens = 900 }: Choice,
): void {
  sendJson(response, 200, {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: "stand-in",
    choices: [{ index: 0, finish_reason, message: { role: "assistant", content, refusal } }],
    ...(tokens === null
      ? {}
      : { usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens } }),
  });
}

export interface Given {
  category: string;
  risk: string;
  quotes?: string[];
}

/** What a model that does as it is asked writes. */
export function answer({ category, risk, quotes = [] }: Given): string {
  return JSON.stringify({ why: "It says so.", category, risk, quotes });
}

/** An endpoint that always gives this answer. */
export const always =
  (given: Given): Act =>
  (_asked, response) =>
    complete(response, { content: answer(given) });
