/** How a command ends: 0 fine, 1 findings (`--fail-on`), 2 wrong usage, 3 our fault or a source that failed. */
export const EXIT = { fine: 0, findings: 1, usage: 2, failure: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The expected end of a command that cannot do what it was asked: one sentence for the user (what was being done, to
 * what, what happened, what to try) and an exit code. Thrown by commands, printed by cli/index.ts. Any other error is
 * a bug of ours and is shown with its stack.
 */
export class Failure extends Error {
  readonly code: ExitCode;

  constructor(sentence: string, code: ExitCode = EXIT.failure) {
    super(sentence);
    this.name = "Failure";
    this.code = code;
  }
}

/** Nobody reads our output any more (`| head`): the command stops early, and nothing is wrong. */
export class OutputClosed extends Error {
  constructor() {
    super("the reader of the output is gone");
    this.name = "OutputClosed";
  }
}

/** Ctrl-C or a polite kill: the reason of `io.signal()` when it aborts. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.name = "Interrupted";
    this.signal = signal;
  }
}
