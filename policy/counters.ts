import type { Limit, Window } from "./schema.ts";

/** Calls counted in one window. */
export interface Count {
  /** First moment of the window, in milliseconds since 1970. */
  start: number;
  calls: number;
}

/**
 * Counts of one grant, by window and counter. A gateway keeps one such map for each grant: grants share nothing.
 * Windows are fixed and aligned to the calendar in UTC: a minute begins at :00, an hour at :00:00.
 */
export type Counters = ReadonlyMap<string, Count>;

const LENGTH: Record<Window, number> = { minute: 60_000, hour: 3_600_000 };

/** Tools that name the same counter share it; the same name counts apart for each window. */
export function counterKey({ counter, window }: Limit): string {
  return `${window}:${counter}`;
}

/** A limit's count at a moment, and when its window ends (milliseconds since 1970). */
export function countAt(limit: Limit, counters: Counters, now: number): Count & { end: number } {
  const length = LENGTH[limit.window];
  const start = Math.floor(now / length) * length;
  const stored = counters.get(counterKey(limit));
  // A clock that was set back must not open a fresh window.
  if (!stored || stored.start < start) return { start, calls: 0, end: start + length };
  const calls = Number.isSafeInteger(stored.calls) && stored.calls >= 0 ? stored.calls : limit.max;
  return { start: stored.start, calls, end: stored.start + length };
}

/** The counters after a call: `counted` is what `evaluateCall` gave. Counts of past windows are dropped. */
export function addCounted(counters: Counters, counted: Counters, now: number): Counters {
  if (counted.size === 0) return counters;
  const after = new Map<string, Count>();
  for (const [key, count] of counters) if (count.start + LENGTH.hour > now) after.set(key, count);
  for (const [key, count] of counted) after.set(key, count);
  return after;
}

/**
 * Gives back what a call was counted for, when it never reached the server or the server refused it. A window that has
 * ended since is left alone: the call was not counted in the one that runs now.
 */
export function takeBack(counters: Counters, counted: Counters): Counters {
  const after = new Map(counters);
  for (const [key, { start }] of counted) {
    const count = after.get(key);
    if (count?.start === start) after.set(key, { start, calls: Math.max(0, count.calls - 1) });
  }
  return after;
}
