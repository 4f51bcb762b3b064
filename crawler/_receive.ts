import { LossError } from "./_guarded-fetch.ts";
import { countParts } from "./json-text.ts";
import type { Limits } from "./limits.ts";
import type { TransportHandlers } from "./transport.ts";

/** Says whether the text was JSON. */
export type Receive = (text: Buffer) => boolean;

/**
 * Hands on the JSON of HTTP bodies and events, counting its parts over the whole crawl before it is parsed.
 *
 * @throws LossError (from what it returns) for too many parts
 */
export function jsonReceiver(handlers: TransportHandlers, limits: Limits): Receive {
  let parts = 0;
  return (text) => {
    if (text.length === 0) return true;
    parts += countParts(text, limits.jsonParts);
    if (parts > limits.jsonParts)
      throw new LossError({ kind: "too-large", what: "parts", limit: limits.jsonParts });
    let message: unknown;
    try {
      message = JSON.parse(text.toString("utf8"));
    } catch {
      handlers.onNoise(text.toString("utf8", 0, 800).slice(0, 200));
      return false;
    }
    handlers.onMessage(message);
    return true;
  };
}
