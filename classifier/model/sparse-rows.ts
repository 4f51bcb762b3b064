/** How many bits of an entry say its place, and how many places a row can have. */
const PLACE_BITS = 4;
const PLACES = 1 << PLACE_BITS;
/** No number may be as large as this, or 16 bits would not do for it and its place. */
const TOO_LARGE = 2 ** 15 / PLACES;

/**
 * Rows of whole numbers that are mostly zero: only the others are kept, each with its place in 16 bits. A definition hears a
 * hundred rows, so what adding one takes is most of what the model costs.
 */
export class SparseRows {
  /** For each row where its part of `entries` begins; the next row's is its end. */
  private readonly starts: Uint32Array;
  /** A number times PLACES, plus its place. */
  private readonly entries: Int16Array;

  /**
   * @param rows for each row the numbers at its places
   * @throws RangeError for a number that is too large or not whole
   */
  constructor(rows: Iterable<readonly number[]>) {
    const starts = [0];
    const entries: number[] = [];
    for (const numbers of rows) {
      for (let place = 0; place < numbers.length; place++) {
        const number = numbers[place] as number;
        if (number !== 0) entries.push(entryOf(number, place));
      }
      starts.push(entries.length);
    }
    this.starts = Uint32Array.from(starts);
    this.entries = Int16Array.from(entries);
  }

  /** Whether a row says nothing. */
  isEmpty(row: number): boolean {
    return this.starts[row] === this.starts[row + 1];
  }

  addTo(sums: Int32Array, row: number): void {
    const { starts, entries } = this;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const entry = entries[at] as number;
      const place = entry & (PLACES - 1);
      sums[place] = (sums[place] as number) + (entry >> PLACE_BITS);
    }
  }

  takeFrom(sums: Int32Array, row: number): void {
    const { starts, entries } = this;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const entry = entries[at] as number;
      const place = entry & (PLACES - 1);
      sums[place] = (sums[place] as number) - (entry >> PLACE_BITS);
    }
  }

  /** A row's number at a place. */
  at(row: number, place: number): number {
    const { starts, entries } = this;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const entry = entries[at] as number;
      if ((entry & (PLACES - 1)) === place) return entry >> PLACE_BITS;
    }
    return 0;
  }
}

function entryOf(number: number, place: number): number {
  if (!Number.isInteger(number) || Math.abs(number) >= TOO_LARGE) {
    throw new RangeError(
      `Loading the model: ${number} is no weight that can be kept. Train it with a smaller scale.`,
    );
  }
  return number * PLACES + place;
}
