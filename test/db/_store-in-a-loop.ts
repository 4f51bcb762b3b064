/**
 * A process to be killed: stores one crawl after the other in the data folder it is given, and prints the number of
 * each once it is committed. With a second argument it only opens the catalog, says so, and closes it.
 */
import { openDatabase, storeCrawl } from "../../db/index.ts";
import { crawlOf, day, verdictOn } from "./_catalog.ts";

const [home = "", openOnly] = process.argv.slice(2);
const opened = await openDatabase({ home });
if (!opened.ok) {
  console.log(opened.reason);
  process.exit(1);
}
const { database } = opened;
if (openOnly !== undefined) {
  console.log("open");
  await database.close();
} else {
  for (let number = 1; ; number += 1) {
    const tools = Array.from({ length: 20 }, (_, index) => ({ name: `tool_${number}_${index}` }));
    const verdicts = tools.map((tool) => verdictOn(tool));
    await storeCrawl(database, crawlOf(tools, { server: `npm/s${number}`, startedAt: day(1) }), verdicts);
    console.log(number);
  }
}
