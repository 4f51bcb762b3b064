import { describe, expect, it } from "vitest";
import { WordMap } from "../../classifier/lexicon.ts";
import { textWords } from "../../classifier/text.ts";

const read = (text: string) => textWords(text);
const mapOf = (...words: string[]) => new WordMap(new Map(words.map((word) => [word, word.length])));

describe("a map of words", () => {
  it("finds words of every make: short, long, hyphenated, accented, without spaces", () => {
    const map = mapOf("quokka", "quokkaquokkaquokka", "requokka", "袋鼠");
    const words = read("Quokka quokkaQUOKKAquokka re-quokka, quo\u0308kka 袋鼠 other");
    expect(words.map((word) => map.get(word))).toEqual([6, 18, 8, 6, 2, undefined]);
  });

  it("knows words that were read before it was made, and those read after another one was", () => {
    const early = read("wombat numbat");
    const map = mapOf("wombat");
    mapOf("numbat");
    for (const words of [early, read("wombat numbat")]) {
      expect(words.map((word) => map.get(word))).toEqual([6, undefined]);
    }
  });

  it("tells words apart that begin with the same ten letters", () => {
    const map = mapOf("bandicootsa", "bandicootsb", "bandicoots");
    for (let round = 0; round < 2; round++) {
      const words = read("bandicootsa bandicootsb bandicoots bandicootsc BandicootsA");
      expect(words.map((word) => word.text)).toEqual([
        "bandicootsa",
        "bandicootsb",
        "bandicoots",
        "bandicootsc",
        "bandicootsa",
      ]);
      expect(words.map((word) => map.get(word))).toEqual([11, 11, 10, undefined, 11]);
    }
  });
});
