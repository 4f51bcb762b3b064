import { generation } from "./lexicon.ts";
import type { Phrase } from "./matcher.ts";
import type { Word } from "./text.ts";

/**
 * Which of the classifier's own words stand in a text. Most phrases that a rule asks for have one that does not: then the
 * text need not be gone through for them. One object serves text after text, so that nothing has to be cleared.
 */
export class Mentioned {
  /** For each word the number of the text it stood in last. */
  private readonly texts: number[] = [];
  private text = 0;
  /** Whether words were read before some of ours were known: their numbers do not say. */
  private isStale = false;

  /** Forgets the text before. */
  begin(words: readonly Word[]): void {
    const { texts } = this;
    const text = ++this.text;
    this.isStale = false;
    for (const { number } of words) {
      if (number < 0) this.isStale ||= number !== -generation;
      else {
        while (texts.length <= number) texts.push(0);
        texts[number] = text;
      }
    }
  }

  /** Whether the word with this number does. Says yes too often where it cannot tell. */
  has(number: number): boolean {
    return this.isStale || this.texts[number] === this.text;
  }

  /** Says yes too often, but never no where the text holds the phrase. */
  mayHold(phrase: Phrase): boolean {
    if (this.isStale) return true;
    for (const number of phrase) if (this.texts[number] !== this.text) return false;
    return true;
  }
}
