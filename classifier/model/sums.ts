import { type Model, NO_ROW } from "./rows.ts";
import { OUTPUTS } from "./weights.ts";

/** The sums of some rows, each counted once. */
export class Sums {
  readonly numbers = new Float64Array(OUTPUTS);
  /** For each row the number of the reading it was last counted in, so that nothing has to be cleared. */
  private counted = new Int32Array(0);
  private reading = 0;
  private scale = 1;

  /** Forgets everything, to count rows of this model. */
  begin(model: Model): void {
    const rows = model.values.length / OUTPUTS;
    if (this.counted.length < rows) this.counted = new Int32Array(rows);
    this.reading++;
    this.scale = model.weights.scale;
    this.numbers.fill(0);
  }

  /** @returns whether the row is there and was not counted before */
  add(row: number, values: Int16Array): boolean {
    if (row === NO_ROW || this.counted[row] === this.reading) return false;
    this.counted[row] = this.reading;
    add(this.numbers, values, row, this.scale);
    return true;
  }

  /** Undoes what `add` did for a row. */
  takeBack(row: number, values: Int16Array): void {
    this.counted[row] = 0;
    const { numbers, scale } = this;
    const from = row * OUTPUTS;
    for (let at = 0; at < OUTPUTS; at++) {
      numbers[at] = (numbers[at] as number) - (values[from + at] as number) / scale;
    }
  }
}

/** Adds a row's numbers to sums. */
export function add(sums: Float64Array, values: Int16Array, row: number, scale: number): void {
  const from = row * OUTPUTS;
  for (let at = 0; at < OUTPUTS; at++) {
    sums[at] = (sums[at] as number) + (values[from + at] as number) / scale;
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
