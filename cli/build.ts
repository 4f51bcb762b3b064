import path from "node:path";
import type { Command } from "commander";
import { readCorrections } from "./_corrections.ts";
import { EXIT, Failure } from "./failure.ts";
import { CATALOG_ENVIRONMENT, placardHome } from "./home.ts";
import type { Io } from "./io.ts";
import { safe } from "./render/text.ts";

interface BuildFlags {
  out: string;
  base?: string;
  url?: string;
}

/** `placard build`: the catalog as files, for any static host. */
export function defineBuild(program: Command, io: Io): void {
  program
    .command("build")
    .description(
      "Write the catalog as a static site: pages, API answers, policies and a search index as files.",
    )
    .requiredOption("--out <folder>", "folder to write to: new, empty, or built before")
    .option("--base <path>", "path that the site will stand under, such as /catalog (default /)")
    .option(
      "--url <url>",
      "address that the site will have, for feeds, sitemaps and previews of links; its path is the base unless --base is given",
    )
    .addHelpText(
      "after",
      `
The folder can be copied to any host of static files: every page is an index.html in a folder of its name, every answer
of the API a .json file. Building into the same folder again makes anew only what belongs to servers that changed since,
and the lists; it removes what it wrote before and no longer needs, and touches nothing else there. A build that was
stopped is gone on with by the next.

Examples:
  placard build --out site
  placard build --out site --base /catalog --url https://example.org
${CATALOG_ENVIRONMENT}

Exit codes:
  0  built     2  wrong usage     3  it could not be built     130  stopped by Ctrl-C`,
    )
    .action(async (flags: BuildFlags) => {
      const { base, origin } = readAddress(flags);
      const signal = io.signal();
      // Loaded only now: the other commands should not wait for the database and the pages.
      const { runBuild } = await import("./_build-run.ts");
      const built = await runBuild({
        folder: readFolder(flags.out),
        base,
        origin,
        home: placardHome(io.env),
        url: io.env.DATABASE_URL,
        corrections: await readCorrections(io.env),
        signal,
        note: io.note,
      });
      const { servers, made, tools, files, written, removed } = built;
      const gone = removed > 0 ? ` ${removed} that are no longer needed were removed.` : "";
      await io.out(
        `Built ${safe(flags.out)}: ${servers} servers, of which ${made} had changed, with ${tools} tools. ` +
          `${written} of ${files} files were written.${gone}\n`,
      );
    });
}

function readFolder(out: string): string {
  if (out.trim() !== "" && !out.includes("\0")) return path.resolve(out);
  throw new Failure("Reading --out: it names no folder. Try --out site.", EXIT.usage);
}

/** Where the site will stand: the path in front of its addresses, and what pages call their own host. */
function readAddress({ base, url }: BuildFlags): { base: string; origin?: string } {
  const site = url === undefined ? undefined : readUrl(url);
  // A path in the address is a base too.
  const path = base ?? site?.pathname ?? "/";
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.some((part) => !/^[\w.~@+-]+$/.test(part) || /^\.{1,2}$/.test(part))) {
    const said = `Reading the base ${JSON.stringify(path)}: it is not a path of plain letters, digits, - and _`;
    throw new Failure(`${said}. Try --base /catalog.`, EXIT.usage);
  }
  return {
    base: parts.map((part) => `/${part}`).join(""),
    origin: site?.origin,
  };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (plain && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new Failure(
    `Reading the address ${JSON.stringify(text)}: it is not an http or https URL without a query. Try --url https://catalog.example.org.`,
    EXIT.usage,
  );
}
