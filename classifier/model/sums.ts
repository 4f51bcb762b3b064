import type { Model } from "./rows.ts";
import { MODEL_CATEGORIES, OUTPUTS } from "./weights.ts";

/** What name and description say, each row counted once, in logits. */
export class MainSums {
  readonly numbers = new Float64Array(OUTPUTS);
  /** For each row the number of the reading it was last counted in, so that nothing has to be cleared. */
  private counted = new Int32Array(0);
  private reading = 0;
  /** Rows that count only until the sentence ends. */
  private readonly passing = new Numbers();

  /** Forgets everything, to count rows of this model. */
  begin({ isSilent, bias }: Model): void {
    if (this.counted.length < isSilent.length) this.counted = new Int32Array(isSilent.length);
    this.reading++;
    this.passing.clear();
    for (let at = 0; at < OUTPUTS; at++) this.numbers[at] = bias[at] as number;
  }

  /**
   * @param row one that is there
   * @param isPassing whether it counts only until the sentence ends
   * @returns whether it did not count already
   */
  add(row: number, { rows, levels }: Model, isPassing: boolean): boolean {
    if (this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    if (isPassing) this.passing.push(row);
    const { numbers } = this;
    const from = row * OUTPUTS;
    for (let at = 0; at < OUTPUTS; at++) {
      numbers[at] = (numbers[at] as number) + (levels[rows[from + at] as number] as number);
    }
    return true;
  }

  /** @returns whether anything passed with the sentence */
  endSentence({ rows, levels }: Model): boolean {
    const { passing, numbers } = this;
    if (passing.count === 0) return false;
    for (let index = 0; index < passing.count; index++) {
      const row = passing.at(index);
      this.counted[row] = 0;
      const from = row * OUTPUTS;
      for (let at = 0; at < OUTPUTS; at++) {
        numbers[at] = (numbers[at] as number) - (levels[rows[from + at] as number] as number);
      }
    }
    passing.clear();
    return true;
  }
}

/** What a part beside them says: no row favours anything milder over anything more severe, or speaks against a risk. */
export class PartSums {
  readonly numbers = new Float64Array(OUTPUTS);
  /** Whether any row was counted. */
  hasRows = false;
  private counted = new Int32Array(0);
  private reading = 0;

  /** Forgets everything, to count rows of this model. */
  begin({ isSilent }: Model): void {
    this.hasRows = false;
    if (this.counted.length < isSilent.length) this.counted = new Int32Array(isSilent.length);
    this.reading++;
    for (let at = 0; at < OUTPUTS; at++) this.numbers[at] = 0;
  }

  /**
   * @param row one that is there
   * @returns whether it was not counted before
   */
  add(row: number, { rows, levels, isSilent }: Model): boolean {
    if (this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    if (isSilent[row] === 1) return true;
    this.hasRows = true;
    const { numbers } = this;
    const from = row * OUTPUTS;
    let least = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < OUTPUTS; at++) {
      const value = levels[rows[from + at] as number] as number;
      least = Math.max(value, at < MODEL_CATEGORIES.length ? least : 0);
      numbers[at] = (numbers[at] as number) + least;
    }
    return true;
  }
}

/** A list of numbers that is filled again and again. Unlike an array's, its memory outlives clearing it. */
export class Numbers {
  count = 0;
  private readonly all: number[] = [];

  at(index: number): number {
    return this.all[index] as number;
  }

  push(value: number): void {
    this.all[this.count++] = value;
  }

  clear(): void {
    this.count = 0;
  }
}
