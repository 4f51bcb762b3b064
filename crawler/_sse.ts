import { createParser, type EventSourceMessage } from "eventsource-parser";
import { type Answer, LossError, lossOf } from "./_guarded-fetch.ts";

/**
 * Reads an event stream (HTML Living Standard, Server-sent events) to its end.
 *
 * @param messageBytes longest event
 * @throws LossError when an event is too large or the stream breaks off
 */
export async function readEvents(
  { body }: Answer,
  messageBytes: number,
  onEvent: (event: EventSourceMessage) => void,
): Promise<void> {
  let isTooLarge = false;
  const parser = createParser({
    onEvent,
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") isTooLarge = true;
    },
    maxBufferSize: messageBytes,
  });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      parser.feed(decoder.decode(chunk as Buffer, { stream: true }));
      if (isTooLarge) throw new LossError({ kind: "too-large", what: "message", limit: messageBytes });
    }
  } catch (error) {
    throw lossOf(error);
  }
}
