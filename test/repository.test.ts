import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readOwn, readTraining } from "../eval/_sets.ts";
import { parseCorrections } from "../policy/index.ts";

/** Promises the repository makes to itself. */

const root = resolve(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Which folders a folder may import from, besides itself. */
const MAY_USE: Record<string, string[]> = {
  classifier: [],
  policy: ["classifier"],
  review: ["classifier"],
  crawler: ["classifier"],
  db: ["classifier", "crawler"],
  mcp: ["classifier", "policy", "db"],
  site: ["classifier", "policy", "crawler", "db", "mcp"],
  cli: ["classifier", "policy", "review", "crawler", "db", "mcp", "site"],
};

/** Folders that run in a browser too. */
const PURE = ["classifier", "policy"];
const NODE_ONLY = new Set(["classifier/load-rules.ts", "classifier/generate.ts"]);

interface Import {
  file: string;
  from: string;
}

const sources = files.filter((file) =>
  /^(classifier|policy|review|crawler|db|mcp|site\/src|cli)\/.*\.(ts|astro)$/.test(file),
);
const imports: Import[] = sources.flatMap((file) =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => ({
    file,
    from: match[1] ?? "",
  })),
);

describe("imports", () => {
  it("were found", () => {
    expect(imports.length).toBeGreaterThan(200);
  });

  it("go one way through the folders", () => {
    const wrong = imports.filter(({ file, from }) => {
      if (!from.startsWith(".")) return false;
      const folder = file.split("/")[0] ?? "";
      const target = relative(root, resolve(root, dirname(file), from)).split("/")[0] ?? "";
      return target !== folder && target in MAY_USE && !MAY_USE[folder]?.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it("of pure folders need neither Node nor a database", () => {
    const wrong = imports.filter(
      ({ file, from }) =>
        PURE.includes(file.split("/")[0] ?? "") &&
        !NODE_ONLY.has(file) &&
        (from.startsWith("node:") || from === "yaml"),
    );
    expect(wrong).toEqual([]);
  });

  it("of the client of models are in review only", () => {
    const wrong = imports.filter(
      ({ file, from }) => /^openai(\/|$)/.test(from) && !file.startsWith("review/"),
    );
    expect(wrong).toEqual([]);
  });

  it("of drizzle and postgres are in db only", () => {
    const wrong = imports.filter(
      ({ file, from }) => /^(drizzle-orm|postgres)(\/|$)/.test(from) && !file.startsWith("db/"),
    );
    expect(wrong).toEqual([]);
  });
});

describe("word lists", () => {
  const lists = files.filter((file) => file.startsWith("classifier/words/"));
  it.each(lists)("%s is sorted, without repetition", (file) => {
    const words = read(file)
      .split("\n")
      .flatMap(
        (line) => /^(?:- "?([^"]+?)"?|([^#\s][^:]*):.*)$/.exec(line)?.slice(1, 3).filter(Boolean) ?? [],
      );
    expect(words).toEqual([...new Set(words)].sort());
    expect(words.length).toBeGreaterThan(0);
  });

  it("are all used", () => {
    const text = files
      .filter((file) => /^classifier\/(rules\/.*\.md|vocabulary\.ts|load-rules\.ts)$/.test(file))
      .map(read)
      .join("\n");
    const unused = lists
      .map((file) => file.replace("classifier/words/", "").replace(".yaml", ""))
      .filter((name) => !new RegExp(`@${name}(?![\\w-])`).test(text) && !text.includes(`"${name}"`));
    expect(unused).toEqual([]);
  });
});

describe("documents", () => {
  const documents = files.filter((file) => /^[^/]+\.md$|^(docs|eval)\/.*\.md$/.test(file));
  it.each(documents)("%s links only to files that exist", (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(links.filter((link) => !existsSync(resolve(root, dirname(file), link)))).toEqual([]);
  });

  it("the README has the two commands on lines of their own, for .ci/run", () => {
    expect(read("README.md")).toMatch(/^npm ci && npm start$/m);
    expect(read("README.md")).toMatch(/^npm ci && npm test$/m);
  });

  it("name scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("numbers in the README", () => {
  /** In words, where the README has them so. */
  const WORDS: Record<number, string> = { 6: "six", 13: "thirteen" };
  const rows = readTraining().length.toLocaleString("en");
  const starters = read("crawler/starter.yaml").match(/npm:\S+/g)?.length ?? 0;
  const mcpTools = files.filter((file) => /^mcp\/tools\/[^_][^/]*\.ts$/.test(file)).length;

  it.each([
    ["definitions that the model learns from", `${rows} in our own words`],
    ["definitions that only measure", `${readOwn().length} definitions in our own words`],
    ["servers of the starter set", `${WORDS[starters]} servers`],
    ["tools of the MCP server", `${WORDS[mcpTools]} tools that only read`],
  ])("are those that are there: %s", (_, words) => {
    expect(read("README.md")).toContain(words);
  });
});

describe("versions", () => {
  it("of packages are exact", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    const all = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((key) =>
      Object.entries(manifest[key] ?? {}),
    );
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it("of starter servers are exact", () => {
    const sourcesLine = read("crawler/starter.yaml").match(/npm:\S+/g) ?? [];
    expect(sourcesLine.length).toBeGreaterThanOrEqual(10);
    expect(sourcesLine.filter((source) => !/@\d+\.\d+\.\d+\S*$/.test(source))).toEqual([]);
  });

  it("are in the lockfile for every platform: npm ci refuses a lockfile without them", () => {
    const lock = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { optionalDependencies?: Record<string, string>; integrity?: string }>;
    };
    const known = new Set(Object.keys(lock.packages).map((path) => path.split("node_modules/").at(-1)));
    const missing = Object.values(lock.packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !known.has(name)),
    );
    expect(missing).toEqual([]);
    const unsigned = Object.entries(lock.packages).filter(([path, entry]) => path !== "" && !entry.integrity);
    expect(unsigned.map(([path]) => path)).toEqual([]);
  });
});

describe("corrections.yaml", () => {
  const parsed = parseCorrections(parse(read("corrections.yaml")));

  it("is read without a problem", () => {
    expect(parsed).toMatchObject({ ok: true });
  });

  it("has an example in its head that would be taken", () => {
    const head = read("corrections.yaml")
      .split("\n")
      .filter((line) => /^# {3}[- ]/.test(line));
    const example = parseCorrections(parse(head.map((line) => line.slice(4)).join("\n")));
    expect(example).toMatchObject({ ok: true, value: [{ tool: "run_report", reversible: "yes" }] });
  });
});
