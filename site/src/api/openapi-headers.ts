/** Headers of requests and answers, as the OpenAPI document describes them. */
import type { JsonSchema } from "./json-schemas.ts";

/** Headers of answers, as components. */
export const HEADERS = {
  ETag: {
    description: "A strong entity tag. Sent back as If-None-Match, it gets a 304 while nothing has changed.",
    schema: { type: "string" },
  },
  Link: {
    description: "rel=service-desc: this document. rel=next: the next page of a list.",
    schema: { type: "string" },
  },
  RetryAfter: { description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } },
  RateLimit: {
    description:
      "How many requests are left (r) for how many seconds (t); there where the requests of an address are bounded (draft-ietf-httpapi-ratelimit-headers-10).",
    schema: { type: "string" },
    example: '"default";r=599;t=60',
  },
  RateLimitPolicy: {
    description: "How many requests (q) may be sent in how many seconds (w); there where RateLimit is.",
    schema: { type: "string" },
    example: '"default";q=600;w=60',
  },
  ContentRange: { description: "How many bytes there are: bytes */<bytes>.", schema: { type: "string" } },
};
type HeaderName = keyof typeof HEADERS;
/** References to them, by the names that they have. */
export const headerRefs = (names: Record<string, HeaderName>): JsonSchema =>
  Object.fromEntries(
    Object.entries(names).map(([name, header]) => [name, { $ref: `#/components/headers/${header}` }]),
  );
/** What every answer has where requests are counted. */
export const COUNTED = headerRefs({ RateLimit: "RateLimit", "RateLimit-Policy": "RateLimitPolicy" });
/** What problems say besides. */
export const PROBLEM_HEADERS: Record<string, JsonSchema> = {
  416: headerRefs({ "Content-Range": "ContentRange" }),
  429: { ...headerRefs({ "Retry-After": "RetryAfter" }), ...COUNTED },
  503: headerRefs({ "Retry-After": "RetryAfter" }),
};

/** Headers that requests may have, beside those that every client sends by itself. */
export const CONDITIONS = {
  "If-None-Match": "The ETag of what you have.",
  "If-Match":
    "The ETag of the only thing you want, such as what you have a part of; 412 where it is another now.",
};
/** Where parts of a file can be asked for. */
export const RANGES = {
  Range: "A part of the file: bytes=<first>-<last>, bytes=<first>- or bytes=-<how many at the end>.",
  "If-Range": "The ETag of what you have a part of; where the file is another now, all of it is sent.",
};
