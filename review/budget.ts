/**
 * Tokens a run may spend. What a question can cost at most is set aside before it is asked, so the budget is never
 * overrun by as much as one question.
 */
export interface Budget {
  /** Sets tokens aside; false when there are not that many, also after all open questions are settled. */
  reserve(tokens: number): Promise<boolean>;
  /** Ends a reservation with what was really spent. */
  settle(reserved: number, spent: number): void;
  spent(): number;
}

/** @param total tokens that may be spent */
export function openBudget(total: number): Budget {
  let spent = 0;
  let reserved = 0;
  let waiting: (() => void)[] = [];
  return {
    async reserve(tokens) {
      for (;;) {
        if (spent + reserved + tokens <= total) {
          reserved += tokens;
          return true;
        }
        if (reserved === 0 || spent + tokens > total) return false;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    settle(was, used) {
      reserved -= was;
      spent += used;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    spent: () => spent,
  };
}

/** Tokens a text has at most, as a guess for endpoints that do not count: three bytes each. */
export function guessTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}
