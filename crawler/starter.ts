import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const entrySchema = z.strictObject({
  source: z.string().regex(/^npm:(@[^/@]+\/)?[^/@]+@\d+\.\d+\.\d+\S*$/, "must be pinned to an exact version"),
  arguments: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
});

/** A server of the starter set: a source for `parseSource`, and the options to give with it. */
export type StarterEntry = z.infer<typeof entrySchema>;

/** The servers that `placard serve --starter` crawls first, smallest first. */
export function starterSet(): StarterEntry[] {
  const text = readFileSync(new URL("./starter.yaml", import.meta.url), "utf8");
  return z.array(entrySchema).parse(parse(text));
}
