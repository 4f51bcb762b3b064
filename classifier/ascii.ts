/** What an ASCII character does in a text. */
export const kinds = { word: 1, upper: 2, digit: 3, join: 4, clause: 5, sentence: 6, space: 0 } as const;
export type CharacterClass = (typeof kinds)[keyof typeof kinds];

/** Class of every ASCII character; the rest is looked up by `fold`. */
function asciiKinds(identifier: boolean): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 97; code <= 122; code++) table[code] = kinds.word;
  for (let code = 65; code <= 90; code++) table[code] = kinds.upper;
  for (let code = 48; code <= 57; code++) table[code] = kinds.digit;
  table[39] = kinds.join;
  for (const sign of ',:;()[]{}/|"`<>*#&+=') table[sign.charCodeAt(0)] = kinds.clause;
  for (const sign of ".!?\n") table[sign.charCodeAt(0)] = kinds.sentence;
  // In running text "e-mail" is one word, and `delete_user` is another tool's name, not the verb "delete"; in a name it is two words.
  if (!identifier) {
    table["_".charCodeAt(0)] = kinds.word;
    table["-".charCodeAt(0)] = kinds.join;
  }
  return table;
}
export const IN_NAME = asciiKinds(true);
export const IN_TEXT = asciiKinds(false);
