import { type Door, LossError, lossOf } from "./_guarded-fetch.ts";
import { jsonReceiver } from "./_receive.ts";
import { readEvents } from "./_sse.ts";
import { lossOfStatus, mediaType } from "./http.ts";
import type { Limits } from "./limits.ts";
import type { ConnectionLoss, Transport } from "./transport.ts";

/**
 * JSON-RPC over HTTP+SSE (MCP 2024-11-05, Transports), replaced since by Streamable HTTP: one stream holds all answers,
 * and its first event says where to post the requests.
 */
export function legacySseTransport(url: URL, door: Door, limits: Limits): Transport {
  const all = new AbortController();
  const { signal } = all;
  const endpoint = Promise.withResolvers<URL>();
  endpoint.promise.catch(() => {});
  let lose: (loss: ConnectionLoss, request?: number) => void = () => {};

  return {
    start: (handlers) => {
      lose = handlers.onLoss;
      const receive = jsonReceiver(handlers, limits);
      const read = async (): Promise<never> => {
        const answer = await door.fetch(url, {
          method: "GET",
          headers: { accept: "text/event-stream" },
          signal,
        });
        if (answer.status !== 200) throw new LossError(await lossOfStatus(answer, false));
        const type = mediaType(answer.headers);
        if (type !== "text/event-stream") {
          answer.body.destroy();
          throw new LossError({ kind: "content-type", contentType: type });
        }
        await readEvents(answer, limits.messageBytes, ({ event, data }) => {
          if (event === "endpoint") endpoint.resolve(endpointOf(data, answer.url));
          else if (event === undefined || event === "message") receive(Buffer.from(data));
        });
        throw new LossError({ kind: "no-answer" });
      };
      read().catch((error: unknown) => {
        const { loss } = lossOf(error);
        endpoint.reject(new LossError(loss));
        lose(loss);
        all.abort("closed");
      });
    },
    send: (message) => {
      const id = "id" in message && "method" in message ? (message.id as number) : undefined;
      const post = async (): Promise<void> => {
        const answer = await door.fetch(await endpoint.promise, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(message),
          signal,
        });
        if (answer.status < 200 || answer.status > 299)
          throw new LossError(await lossOfStatus(answer, false));
        answer.body.destroy();
      };
      post().catch((error: unknown) => {
        if (id !== undefined) lose(lossOf(error).loss, id);
      });
    },
    agree: () => {},
    close: async () => {
      lose = () => {};
      all.abort("closed");
      door.close();
    },
  };
}

/** Where to post: at the same origin, or somebody else's server would get our requests. */
function endpointOf(text: string, base: URL): URL {
  const endpoint = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (endpoint === undefined)
    throw new LossError({
      kind: "content-type",
      contentType: "an event stream that names no address to post to",
    });
  if (endpoint.origin !== base.origin)
    throw new LossError({ kind: "redirect", to: endpoint.origin + endpoint.pathname, why: "elsewhere" });
  return endpoint;
}
