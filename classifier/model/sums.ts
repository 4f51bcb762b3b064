import { type Model, NO_ROW } from "./rows.ts";
import { OUTPUTS } from "./weights.ts";

/** The sums of some rows, each counted once, in logits. */
export class Sums {
  readonly numbers = new Float64Array(OUTPUTS);
  /** For each row the number of the reading it was last counted in, so that nothing has to be cleared. */
  private counted = new Int32Array(0);
  private reading = 0;

  /** Forgets everything, to count rows of this model. */
  begin(model: Model): void {
    const rows = model.values.length / OUTPUTS;
    if (this.counted.length < rows) this.counted = new Int32Array(rows);
    this.reading++;
    this.numbers.fill(0);
  }

  /** @returns whether the row is there and was not counted before */
  add(row: number, values: Float64Array): boolean {
    if (row === NO_ROW || this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    const { numbers } = this;
    const from = row * OUTPUTS;
    for (let at = 0; at < OUTPUTS; at++) {
      numbers[at] = (numbers[at] as number) + (values[from + at] as number);
    }
    return true;
  }

  /** Undoes what `add` did for a row. */
  takeBack(row: number, values: Float64Array): void {
    this.counted[row] = 0;
    const { numbers } = this;
    const from = row * OUTPUTS;
    for (let at = 0; at < OUTPUTS; at++) {
      numbers[at] = (numbers[at] as number) - (values[from + at] as number);
    }
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
