import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };

const manifest = z.object({ version: z.string(), homepage: z.url().optional() }).parse(packageJson);

/** Placard's own version, as we tell servers in `clientInfo` and in the User-Agent. */
export const VERSION = manifest.version;

/**
 * Who we are, for remotes: `placard/<version> (+<contact>)`.
 *
 * @param contact a URL or mail address; without it package.json's `homepage`, and without that we say what we do
 */
export function userAgent(contact: string | undefined = manifest.homepage): string {
  // A header holds visible ASCII only, and a comment in it no brackets (RFC 9110 §5.6.5).
  const clean = contact?.replace(/[^\x21-\x27\x2a-\x5b\x5d-\x7e]/g, "").slice(0, 200);
  return `placard/${VERSION} (${clean ? `+${clean}` : "MCP risk catalog; lists tools, calls none"})`;
}
