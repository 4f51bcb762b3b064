/** Bodies of requests: read whole before the site is asked, or refused. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { MOST_BODY } from "../site/src/api/body.ts";
import { hasBody, sendProblem } from "./_short-answers.ts";

const TOO_LONG = `The body is longer than the ${MOST_BODY.toLocaleString("en")} bytes that are taken. Send less of it at a time.`;

/**
 * Refuses at once a request that says its body is too long, before any of it is read.
 * @returns whether it was refused
 */
export function refusedBody(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers["content-length"] ?? 0) <= MOST_BODY) return false;
  sendProblem(response, 413, TOO_LONG);
  return true;
}

/**
 * Reads the body and leaves it on the request, where the site looks for it. One without an end is cut at the limit.
 * @returns false when the request has been answered, or its sender is gone
 */
export async function takeBody(
  request: IncomingMessage & { body?: Uint8Array },
  response: ServerResponse,
): Promise<boolean> {
  if (!hasBody(request)) return true;
  if (/^100-continue$/i.test(request.headers.expect ?? "")) response.writeContinue();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += (chunk as Uint8Array).length;
      if (length > MOST_BODY) {
        sendProblem(response, 413, TOO_LONG);
        return false;
      }
      chunks.push(chunk as Uint8Array);
    }
  } catch {
    // Whoever sent it has gone, or was too slow and has been told so.
    response.destroy();
    return false;
  }
  request.body = Buffer.concat(chunks);
  return true;
}
