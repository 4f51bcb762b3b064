/** Marks an empty place, and is the answer for a pair that is not there. */
const NONE = -1;

/**
 * A number for each pair of small numbers, in one flat table (open addressing): it is asked for each word of each
 * description, mostly in vain.
 */
export class PairTable {
  /** A key and, behind it, its value, as they are read together. */
  private readonly places: Int32Array;
  private readonly mask: number;

  /** @param count how many pairs it is going to have */
  constructor(count: number) {
    const size = 1 << (32 - Math.clz32(count * 2));
    this.places = new Int32Array(2 * size).fill(NONE);
    this.mask = 2 * size - 2;
  }

  /** @param first and second below 2 ** 15 */
  set(first: number, second: number, value: number): void {
    const place = this.placeOf(first, second);
    this.places[place] = keyOf(first, second);
    this.places[place + 1] = value;
  }

  /** @returns the pair's number, or -1 */
  get(first: number, second: number): number {
    return this.places[this.placeOf(first, second) + 1] as number;
  }

  /** Where a pair is, or would be; more than half of the table is empty. */
  private placeOf(first: number, second: number): number {
    const { places, mask } = this;
    const key = keyOf(first, second);
    const hash = Math.imul(key, 0x9e3779b1);
    let place = ((hash ^ (hash >>> 15)) << 1) & mask;
    while (places[place] !== key && places[place] !== NONE) place = (place + 2) & mask;
    return place;
  }
}

const keyOf = (first: number, second: number): number => (first << 16) | second;
