import { describe, expect, test } from "vitest";
import { joined, respelled } from "../../site/src/lib/search-spelling.ts";

const WORDS = "create delete file issue issues list mail page pages read send write".split(" ");
/** All words of the index in one file. */
const all = async () => WORDS;
/** A file for each first letter. */
const byLetter = async (word: string) => WORDS.filter((known) => known[0] === word[0]);

test("two words that were one are put together, wherever they stand", () => {
  expect(joined(["del", "ete", "file"])).toEqual([
    ["delete", "file"],
    ["del", "etefile"],
  ]);
  expect(joined(["data", "base"])).toEqual([["database"]]);
  expect(joined(["delete"])).toEqual([]);
  expect(joined([])).toEqual([]);
  expect(joined(["x".repeat(20), "yyyyy", "z"])).toEqual([["x".repeat(20), "yyyyyz"]]);
});

describe("a word that no tool has", () => {
  test.each([
    ["createissue", ["create", "issue"]],
    ["creatissue", ["create", "issue"]],
    ["createissus", ["create", "issue"]],
    ["sendmail", ["send", "mail"]],
    ["deletefile", ["delete", "file"]],
    ["isue", ["issue"]],
    ["wirte", ["write"]],
    ["dellete", ["delete"]],
    ["fale", ["file"]],
    ["pagess", ["pages"]],
  ])("%s is taken for %j", async (word, words) => {
    expect(await respelled(word, all)).toEqual(words);
    expect(await respelled(word, byLetter)).toEqual(words);
  });

  test.each(["qqqqqq", "creatisue", "xy", "", "deletedeletedeletedeletefile", "createxyz", "__proto__"])(
    "%j is like nothing",
    async (word) => expect(await respelled(word, all)).toBeUndefined(),
  );

  test.each([
    ["db", ["do", "dbs"]],
    ["pdf", ["pdo", "pdfs"]],
    ["pdfmail", ["pdo", "mail"]],
  ])("%s is too short to be another, and so is a half", async (word, words) => {
    expect(await respelled(word, async () => words)).toBeUndefined();
    expect(await respelled(word, async () => [...words, "pdf", "db"])).toEqual(
      word === "pdfmail" ? ["pdf", "mail"] : [word],
    );
  });

  test("is one word rather than two where either would do", async () => {
    const words = ["readme", "read", "mes", "readmes"];
    expect(await respelled("readmss", async () => words)).toEqual(["readmes"]);
  });

  test("asks for the second half only where the first is a word", async () => {
    const asked: string[] = [];
    await respelled("creatissue", async (word) => {
      asked.push(word);
      return WORDS;
    });
    expect(asked).toContain("issue");
    expect(asked).not.toContain("atissue");
  });
});
