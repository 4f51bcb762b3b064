/** Random choices that are the same in every run (mulberry32). */
export function randomFrom(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  const pick = <Value>(values: readonly Value[]): Value => {
    if (values.length === 0) throw new Error("nothing to pick from");
    return values[below(values.length)] as Value;
  };
  const list = <Value>(most: number, make: () => Value): Value[] =>
    Array.from({ length: below(most + 1) }, make);
  return { next, below, pick, list };
}

export type Random = ReturnType<typeof randomFrom>;
