import { describe, expect, it } from "vitest";
import { inflect } from "../../classifier/inflect.ts";
import { nameWords, textWords } from "../../classifier/text.ts";

const texts = (words: { text: string }[]) => words.map((word) => word.text);

describe("the words of a name", () => {
  it.each([
    ["delete_user", ["delete", "user"]],
    ["r2_bucket_delete", ["r2", "bucket", "delete"]],
    ["getHTTPResponse", ["get", "http", "response"]],
    ["API-patch-page", ["api", "patch", "page"]],
    ["createUser2FA", ["create", "user2", "fa"]],
    ["mcp.server/list", ["mcp", "server", "list"]],
    ["criar_cobrança", ["criar", "cobranca"]],
    ["ＤＥＬＥＴＥ", ["delete"]],
    ["de\u200blete", ["delete"]],
    ["HTTPA\u200bccess", ["http", "access"]],
    ["HTTPA\u0441cess", ["http", "access"]],
  ])("%s", (name, words) => {
    expect(texts(nameWords(name))).toEqual(words);
  });
});

describe("the words of a text", () => {
  it("know their sentence; a full stop inside a word ends none", () => {
    const words = textWords("Gets v1.2 of config.yaml. Deletes nothing!\nReturns it");
    expect(words.filter((word) => word.sentence === 1).map((word) => word.text)).toEqual([
      "deletes",
      "nothing",
    ]);
    expect(words.at(-1)).toMatchObject({ text: "it", sentence: 2 });
  });

  it("join what a hyphen joins", () => {
    expect(texts(textWords("read-only e-mail - ok"))).toEqual(["readonly", "email", "ok"]);
  });

  it("take the name of another tool as one word", () => {
    expect(texts(textWords("See delete_user and don't worry"))).toEqual([
      "see",
      "delete_user",
      "and",
      "dont",
      "worry",
    ]);
  });

  it("pair the characters of scripts without spaces", () => {
    expect(texts(textWords("删除文件"))).toEqual(["删除", "除文", "文件"]);
  });
});

describe("the forms of a verb", () => {
  it.each([
    ["delete", "deletes", "deleting", "deleted"],
    ["copy", "copies", "copying", "copied"],
    ["stop", "stops", "stopping", "stopped"],
    ["push", "pushes", "pushing", "pushed"],
    ["deploy", "deploys", "deploying", "deployed"],
    ["clear", "clears", "clearing", "cleared"],
    ["fax", "faxes", "faxing", "faxed"],
  ])("%s", (base, present, gerund, past) => {
    expect(inflect(base)).toEqual({ base, present, gerund, past });
  });
});
