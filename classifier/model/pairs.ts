/** Marks an empty place, and is the answer for a pair that is not there. */
const NONE = -1;

/**
 * A number for each pair of small numbers, in one flat table (open addressing): it is asked for each word of each
 * description, mostly in vain.
 */
export class PairTable {
  private readonly keys: Int32Array;
  private readonly values: Int32Array;
  private readonly mask: number;

  /** @param count how many pairs it is going to have */
  constructor(count: number) {
    const size = 1 << (32 - Math.clz32(count * 2));
    this.keys = new Int32Array(size).fill(NONE);
    this.values = new Int32Array(size).fill(NONE);
    this.mask = size - 1;
  }

  /** @param first and second below 2 ** 15 */
  set(first: number, second: number, value: number): void {
    const place = this.placeOf(first, second);
    this.keys[place] = keyOf(first, second);
    this.values[place] = value;
  }

  /** @returns the pair's number, or -1 */
  get(first: number, second: number): number {
    return this.values[this.placeOf(first, second)] as number;
  }

  /** Where a pair is, or would be; more than half of the table is empty. */
  private placeOf(first: number, second: number): number {
    const { keys, mask } = this;
    const key = keyOf(first, second);
    const hash = Math.imul(key, 0x9e3779b1);
    let place = (hash ^ (hash >>> 15)) & mask;
    while (keys[place] !== key && keys[place] !== NONE) place = (place + 1) & mask;
    return place;
  }
}

const keyOf = (first: number, second: number): number => (first << 16) | second;
