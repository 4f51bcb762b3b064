import { z } from "zod";

/** Where the model is asked, and with which key. */
export interface Endpoint {
  /** Undefined: the openai package's own. */
  baseUrl: string | undefined;
  /** Undefined only where the endpoint is on this machine. Never printed. */
  apiKey: string | undefined;
  /** The key and the definitions would travel unencrypted to another machine. */
  unencrypted: boolean;
}

const environmentSchema = z.object({
  OPENAI_BASE_URL: z.string().trim().optional(),
  OPENAI_API_KEY: z.string().trim().optional(),
});

/**
 * Reads OPENAI_BASE_URL and OPENAI_API_KEY. An endpoint on this machine needs no key.
 *
 * @returns the endpoint, or a sentence on what is missing or wrong; neither value is ever part of a sentence, since
 *   an address may hold a password
 */
export function readEndpoint(
  environment: Record<string, string | undefined>,
): { ok: true; endpoint: Endpoint } | { ok: false; problem: string } {
  const { OPENAI_BASE_URL: address, OPENAI_API_KEY: key } = environmentSchema.parse(environment);
  const url = address ? URL.parse(address) : undefined;
  if (url === null || (url && !/^https?:$/.test(url.protocol))) {
    return {
      ok: false,
      problem: "OPENAI_BASE_URL is not an http or https address. Set it to one that ends in /v1.",
    };
  }
  if (url && (url.username || url.password || url.search || url.hash)) {
    return {
      ok: false,
      problem:
        "OPENAI_BASE_URL holds a user, a password, a query or a fragment. Give a key in OPENAI_API_KEY instead.",
    };
  }
  const isHere = url ? isLoopback(url.hostname) : false;
  if (!key && !isHere) {
    return {
      ok: false,
      problem: "OPENAI_API_KEY is not set. Set it, or set OPENAI_BASE_URL to an endpoint on this machine.",
    };
  }
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    return {
      ok: false,
      problem: "OPENAI_API_KEY holds characters that no key has. Set it again, without line ends.",
    };
  }
  const unencrypted = url?.protocol === "http:" && !isHere;
  return { ok: true, endpoint: { baseUrl: address || undefined, apiKey: key || undefined, unencrypted } };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
