import { createRequire } from "node:module";
import { z } from "zod";

const manifest = z.object({ version: z.string() }).parse(createRequire(import.meta.url)("../package.json"));

/** Placard's own version, as we tell servers in `clientInfo` and in the User-Agent. */
export const VERSION = manifest.version;
