import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { attackData } from "../../classifier/attacks/data.ts";
import { readAttacks } from "../../classifier/attacks/read.ts";
import { attacksOf, listAttacks, listIncidents, listTaxonomies } from "../../classifier/attacks.ts";
import { type DataFile, DataFileError } from "../../classifier/data-file.ts";
import { classify } from "../../classifier/index.ts";

const folder = resolve(import.meta.dirname, "../../classifier/attacks");
const files: DataFile[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.(md|yaml)$/.test(path))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(folder, path), "utf8") }));
const patternsIn = (definition: { name: string }) =>
  attacksOf(definition, classify(definition)).map((match) => match.pattern);

describe("the compiled attack patterns", () => {
  it("are those of the files: after a change, run npm run rules", () => {
    expect(attackData).toEqual(JSON.parse(JSON.stringify(readAttacks(files, (text) => parse(text)))));
  });

  it("cover what is known, at least fifteen of them, each with a page", () => {
    const slugs = listAttacks().map((pattern) => pattern.slug);
    expect(slugs).toEqual([...new Set(slugs)].sort());
    expect(slugs.length).toBeGreaterThanOrEqual(15);
    for (const { slug, body } of listAttacks())
      expect(body.match(/^## .+$/gm), slug).toEqual(["## How it goes", "## What a definition shows"]);
  });

  it("look for kinds of findings that exist", () => {
    const named = listAttacks().flatMap(
      ({ match }) => match?.any.flatMap((clause) => clause.findings ?? []) ?? [],
    );
    const kinds = readdirSync(resolve(folder, "../findings/rules"));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((id) => !kinds.includes(`${id}.md`))).toEqual([]);
  });

  it("link only to patterns that exist", () => {
    const slugs = new Set(listAttacks().map((pattern) => pattern.slug));
    const links = listAttacks().flatMap(({ body }) => [...body.matchAll(/\]\(\/attacks\/([^)]+)\)/g)]);
    expect(links.length).toBeGreaterThan(0);
    expect(links.map((link) => link[1]).filter((slug) => !slugs.has(slug ?? ""))).toEqual([]);
  });

  it("use every incident, and name each list with its edition", () => {
    const used = new Set(listAttacks().flatMap((pattern) => pattern.incidents));
    expect(Object.keys(listIncidents()).filter((slug) => !used.has(slug))).toEqual([]);
    for (const { version } of Object.values(listTaxonomies())) expect(version).toMatch(/\d/);
  });
});

const withExamples = listAttacks().flatMap(({ slug, examples }) => (examples ? [{ slug, examples }] : []));

describe.each(withExamples)("attack pattern $slug", ({ slug, examples }) => {
  it.each(examples.match.map(({ define }) => [define.name, define] as const))("applies to %s", (_, tool) => {
    expect(patternsIn(tool)).toContain(slug);
  });

  it.each(examples["no-match"].map((example) => [example.define.name, example] as const))(
    "stays away from %s",
    (_, { define, because }) => {
      expect(patternsIn(define), because).not.toContain(slug);
    },
  );
});

describe("an attack file that does not fit", () => {
  const read = (path: string, change: (text: string) => string) => () =>
    readAttacks(
      files.map((file) => (file.path === path ? { path, text: change(file.text) } : file)),
      (text) => parse(text),
    );
  const scope = "patterns/scope-creep.md";

  it("is named, with what is wrong with it", () => {
    expect(read(scope, () => "no front matter")).toThrow(DataFileError);
    expect(read(scope, () => "no front matter")).toThrow(/patterns\/scope-creep\.md.*front matter/);
    expect(read(scope, (text) => text.replace("title:", "title: ["))).toThrow(/not YAML/);
    expect(
      read("flows.yaml", (text) => text.replace("legs: [untrusted, loss]", "legs: [untrusted, gain]")),
    ).toThrow(/flows\.yaml.*no leg "gain"/);
  });

  it("may not tie a pattern to a category alone", () => {
    const alone = (text: string) =>
      text.replace(
        / {2}any:[\s\S]*?\nexamples:/,
        '  any:\n    - category: [Write]\n      because: "it says {category}"\nexamples:',
      );
    expect(read(scope, alone)).toThrow(/more than a category/);
  });

  it("may not give a reason for something it does not look for", () => {
    expect(read(scope, (text) => text.replace("{argument}", "{says}"))).toThrow(/names \{says\}/);
  });

  it("may not name an id that a list does not have", () => {
    expect(read(scope, (text) => text.replace("MCP02", "MCP99"))).toThrow(/no MCP99/);
  });
});
