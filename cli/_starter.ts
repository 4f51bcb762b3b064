import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { commandSource, parseSource, type Source, starterSet } from "../crawler/index.ts";
import { Failure } from "./failure.ts";

const optionsShape = {
  arguments: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  name: z.string().min(1).optional(),
};
const entrySchema = z.union([
  z.strictObject({ source: z.string().min(1), ...optionsShape }),
  z.strictObject({ command: z.array(z.string().min(1)).min(1), ...optionsShape }),
]);
type Entry = z.infer<typeof entrySchema>;

/**
 * The servers of a starter set, in order.
 * @param file a YAML list of `{ source | command, arguments?, environment?, name? }`; without it, Placard's own.
 * @throws Failure for a file that cannot be read or a source that cannot be parsed.
 */
export async function readStarter(file: string | undefined): Promise<Source[]> {
  const entries: Entry[] = file === undefined ? starterSet() : await readEntries(file);
  return entries.map((entry) => {
    const parsed =
      "command" in entry ? commandSource(entry.command, entry) : parseSource(entry.source, entry);
    if (!parsed.ok) throw new Failure(parsed.reason);
    return parsed.source;
  });
}

async function readEntries(file: string): Promise<Entry[]> {
  const doing = `Reading the starter set ${file}`;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Failure(
      `${doing}: it cannot be read (${code}). Look at the path, or leave it out for Placard's own set.`,
    );
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Failure(`${doing}: it is not YAML: ${problem} See crawler/starter.yaml for how it is written.`);
  }
  const parsed = z.array(entrySchema).min(1).safeParse(raw);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  const place = path.length === 0 ? "it" : `entry ${path.join("/")}`;
  const shape =
    'a list of entries such as "- source: npm:example-mcp@1.0.0" or "- command: [node, server.js]"';
  throw new Failure(`${doing}: ${place} is not right. Write ${shape}.`);
}
