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

  it("does not take the end of a word for it", () => {
    const map = mapOf("ßilby");
    expect(read("ilby ßilby").map((word) => map.get(word))).toEqual([undefined, 5]);
  });

  it.each(["bandi", "bandicoots", "bandicootsquoll"])("tells words apart that begin with %s", (stem) => {
    const map = new WordMap(
      new Map([
        [stem, 0],
        [`${stem}a`, 1],
        [`${stem}b`, 2],
      ]),
    );
    const words = read(`${stem}a ${stem}b ${stem} ${stem}c ${stem.toUpperCase()}A`);
    expect(words.map((word) => word.text)).toEqual(["a", "b", "", "c", "a"].map((end) => stem + end));
    expect(words.map((word) => map.get(word))).toEqual([1, 2, 0, undefined, 1]);
  });
});
