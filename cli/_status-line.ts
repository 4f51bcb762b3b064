import type { Io } from "./io.ts";

/** The last line of the terminal, kept below everything else that is said. */
export interface StatusLine {
  /** Puts this text there; an empty one takes the line away. Does nothing where stderr is no terminal. */
  show(text: string): void;
  /** Says a line on stderr, above it. */
  note(line: string): void;
  /** Writes data to stdout, above it. */
  out(text: string): Promise<void>;
  /** Columns it may have. */
  width(): number;
}

const CLEAR = "\r\x1b[K";

/** The status line of a command's stderr; there is one for each command. */
export function statusLine(io: Io): StatusLine {
  const live = io.stderr.isTTY === true && io.env.TERM !== "dumb";
  let shown = "";
  const above = <Result>(write: () => Result): Result => {
    if (shown !== "") io.stderr.write(CLEAR);
    const result = write();
    if (shown !== "") io.stderr.write(shown);
    return result;
  };
  return {
    show(text) {
      if (!live || text === shown) return;
      io.stderr.write(CLEAR + text);
      shown = text;
    },
    note: (line) => above(() => io.note(line)),
    out: (text) => above(() => io.out(text)),
    width: () => io.stderr.columns ?? 80,
  };
}
