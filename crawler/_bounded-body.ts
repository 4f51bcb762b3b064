import type http from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { LossError } from "./_loss.ts";

/** Bytes of one body, and what is left for all bodies together; counted after decompression. */
export interface BodyLimits {
  messageBytes: number;
  totalBytes: number;
}

/** The body, unpacked and then counted: a small packed body may hold a large one. */
export function bounded(
  message: http.IncomingMessage,
  budget: { left: number },
  policy: BodyLimits,
): Readable {
  const isStream = /^text\/event-stream\b/i.test(message.headers["content-type"] ?? "");
  let left = policy.messageBytes;
  const decoder = decoderOf(message.headers["content-encoding"]);
  const body: Readable = decoder === undefined ? message : message.pipe(decoder);
  // Paused first, so that listening doesn't set it flowing: whoever reads it does.
  body.pause();
  body.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    budget.left -= chunk.length;
    if (budget.left < 0)
      body.destroy(new LossError({ kind: "too-large", what: "total", limit: policy.totalBytes }));
    else if (left < 0 && !isStream)
      body.destroy(new LossError({ kind: "too-large", what: "message", limit: policy.messageBytes }));
  });
  // An error that nobody reads the body for is no reason to end the process.
  body.on("error", () => {});
  if (decoder !== undefined) {
    message.on("error", (error) => decoder.destroy(error));
    decoder.on("close", () => {
      if (!message.complete) message.destroy();
    });
  }
  return body;
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
