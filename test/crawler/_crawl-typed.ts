// Crawls one source as a user types it: `_crawl-typed.ts <home> <source>`. To be killed in the middle of it.
import { crawl, parseSource } from "../../crawler/index.ts";

const [home = "", typed = ""] = process.argv.slice(2);
const parsed = parseSource(typed);
if (parsed.ok) for await (const _ of crawl(parsed.source, { home, unsafeNoSandbox: true }));
