/** Makes all files of one server, and writes them while it goes on: of some servers there are thousands. */
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { apiToolsUrl, serverUrl, toolUrl } from "../site/src/lib/addresses.ts";
import type { Catalog } from "../site/src/lib/catalog.ts";
import type { ServerCatalog } from "./_build-catalog.ts";
import { appendLines, beginLine, doneLine, JOURNAL } from "./_build-journal.ts";
import { type OutputFile, writeFiles } from "./_build-output.ts";
import type { Place } from "./_build-places.ts";
import type { Answer } from "./_build-render.ts";
import { LISTED, serverAnswers } from "./_build-server-answers.ts";
import { toolAnswers } from "./_build-tools.ts";
import { type Making, makeUnit } from "./_build-unit.ts";

/** Bytes of files that are held before they are written. */
const HELD_AT_MOST = 250_000;

/** Where a server's files go. */
export interface Target {
  /** The output folder. */
  folder: string;
  /** Folders that are known to be there; grows. */
  folders: Set<string>;
}

/**
 * @param making gives what pages of a catalog are made with.
 * @param server its id, and what the journal says it was made from.
 * @returns the files that were written, and how many tools the server has, those that are gone included.
 */
export async function makeServer(
  { catalog, names: tools }: ServerCatalog,
  making: (catalog: Catalog) => Making,
  { id, state }: { id: string; state: string },
  { folder, folders }: Target,
): Promise<{ files: string[]; tools: number }> {
  const unit = `server ${id}`;
  const journal = path.join(folder, JOURNAL);
  const make = { ...making(catalog), server: id };
  const absent = new Set<string>();
  const written = new Set<string>();
  let held: OutputFile[] = [];
  let bytes = 0;
  const flush = () => {
    const files = held.map(({ file }) => file);
    appendLines(journal, [beginLine(unit, files)]);
    writeFiles(folder, held, folders);
    held = [];
    bytes = 0;
  };
  const keep = (files: OutputFile[]) => {
    for (const file of files) {
      written.add(file.file);
      held.push(file);
      bytes += file.body.length;
    }
    if (bytes > HELD_AT_MOST) flush();
  };
  const own = (to: Place) => to.server === id && !written.has(to.file ?? "");
  // The tools' pages come one by one, each with its Markdown.
  const ofServer = (to: Place) => own(to) && !to.file?.startsWith("tools/");
  const ofTool = (to: Place) => own(to) && !/^tools\/.*\.html$/.test(to.file ?? "");
  const begin = (...live: string[]) => live.flatMap((address) => make.place(address) ?? []);
  const first = begin(serverUrl(id), apiToolsUrl({ server: id, limit: LISTED }));
  const ofOne = await serverAnswers(catalog, id, make);
  keep((await makeUnit(directly(make, ofOne), first, ofServer, absent)).files);
  const direct = toolAnswers(catalog, make.site, make.frames);
  const makeTool = directly(make, direct);
  for (const name of tools) {
    // Answers to what is asked for the next server are taken meanwhile.
    await setImmediate();
    const tool = await catalog.tool(id, name);
    if (tool) await direct.begin(tool);
    keep((await makeUnit(makeTool, begin(toolUrl(id, name)), ofTool, absent)).files);
  }
  flush();
  appendLines(journal, [doneLine(unit, state)]);
  return { files: [...written], tools: tools.length };
}

/** Answers that need no route of the site. */
interface Direct {
  /** Undefined for every other address, and while there is no frame. */
  answer(live: string): Answer | undefined;
  /** Told what the site answers, to learn the frame. */
  learn(live: string, answer: Answer): void;
}

/** The same, but asks the site only for the rest. */
function directly(making: Making, direct: Direct): Making {
  return {
    ...making,
    async ask(live) {
      const known = direct.answer(live);
      if (known) return known;
      const said = await making.ask(live);
      direct.learn(live, said);
      return said;
    },
  };
}
