/** What the site would answer to a browser, as a string where it is text. */

import type { PageHandler } from "./_ask-site.ts";
import { askSite } from "./_ask-site.ts";
import { isText } from "./_media-type.ts";
import type { FramedPage } from "./_page-frame.ts";

export interface Answer {
  status: number;
  type: string;
  /** Empty where there is `bytes`, `value` or `page`. */
  body: string;
  /** What is to be sent as JSON. */
  value?: object;
  /** A page in its parts. */
  page?: FramedPage;
  /** What is no text: pictures. */
  bytes?: Uint8Array;
}

/**
 * The answer to `GET <address>`.
 * @param locals what the pages take their data from.
 * @param origin scheme, host and port that the pages speak of as their own.
 */
export async function ask(
  handler: PageHandler,
  address: string,
  origin: URL,
  locals: object,
): Promise<Answer> {
  const said = await askSite(handler, { address, origin }, locals);
  if (!said) return { status: 404, type: "text/plain", body: "Not found.\n" };
  const { status, headers, body } = said;
  const type = String(headers["content-type"] ?? "");
  return isText(type)
    ? { status, type, body: body.toString("utf8") }
    : { status, type, body: "", bytes: body };
}

/** A text as the site would answer it. */
export function text(type: string, body: string): Answer {
  return { status: 200, type: `${type}; charset=utf-8`, body };
}
