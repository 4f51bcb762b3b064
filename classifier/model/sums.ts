import type { Model } from "./rows.ts";
import { OUTPUTS } from "./weights.ts";

/** What name and description say, each row counted once. Whole numbers: what is taken away leaves nothing behind. */
export class MainSums {
  readonly numbers = new Int32Array(OUTPUTS);
  /** For each row the number of the reading it was last counted in, so that nothing has to be cleared. */
  private counted = new Int32Array(0);
  private reading = 0;
  /** Rows that count only until the sentence ends. */
  private readonly passing = new Numbers();

  /** Forgets everything, to count rows of this model. */
  begin({ count, bias }: Model): void {
    if (this.counted.length < count) this.counted = new Int32Array(count);
    this.reading++;
    this.passing.clear();
    this.numbers.set(bias);
  }

  /**
   * @param row one that is there
   * @param isPassing whether it counts only until the sentence ends
   * @returns whether it did not count already
   */
  add(row: number, { rows }: Model, isPassing: boolean): boolean {
    if (this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    if (isPassing) this.passing.push(row);
    rows.addTo(this.numbers, row);
    return true;
  }

  /** @returns whether anything passed with the sentence */
  endSentence({ rows }: Model): boolean {
    const { passing, numbers } = this;
    if (passing.count === 0) return false;
    for (let index = 0; index < passing.count; index++) {
      const row = passing.at(index);
      this.counted[row] = 0;
      rows.takeFrom(numbers, row);
    }
    passing.clear();
    return true;
  }
}

/** What a part beside them says, by the rows for that. */
export class PartSums {
  readonly numbers = new Int32Array(OUTPUTS);
  /** Whether any row was counted. */
  hasRows = false;
  private counted = new Int32Array(0);
  private reading = 0;

  /** Forgets everything, to count rows of this model. */
  begin({ count }: Model): void {
    this.hasRows = false;
    if (this.counted.length < count) this.counted = new Int32Array(count);
    this.reading++;
    this.numbers.fill(0);
  }

  /**
   * @param row one that is there
   * @returns whether it was not counted before
   */
  add(row: number, { rows, beside }: Model): boolean {
    if (this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    if (rows.isEmpty(row)) return true;
    this.hasRows = true;
    beside.addTo(this.numbers, row);
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
