import { type Loopback, loopback } from "./_http.ts";

/** A request of a client to its model, as far as the stand-in looks at it. */
export interface ModelRequest {
  model?: string;
  tools?: { name: string; tools?: { name: string }[] }[];
  messages?: { content: unknown }[];
  input?: unknown[];
}

export type SendEvent = (type: string, data: object) => void;

/** A stand-in for a model, and the requests to it so far. */
export interface StandIn extends Loopback {
  requests: ModelRequest[];
}

/**
 * Starts a stand-in that answers each request to `path` with the events that `reply` sends; whatever else is asked for
 * is not there.
 */
export async function standIn(
  path: string,
  reply: (request: ModelRequest, send: SendEvent) => void,
): Promise<StandIn> {
  const requests: ModelRequest[] = [];
  const server = await loopback((asked, body, response) => {
    if (asked !== path) {
      response.writeHead(404).end();
      return;
    }
    const request: ModelRequest = JSON.parse(body);
    requests.push(request);
    response.writeHead(200, { "content-type": "text/event-stream" });
    reply(request, (type, data) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`),
    );
    response.end();
  });
  return { ...server, requests };
}
