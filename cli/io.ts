import { constants } from "node:os";
import { noRoom } from "./_no-room.ts";
import { type ExitCode, Failure, Interrupted, OutputClosed } from "./failure.ts";

/** The terminal or the pipes around a command. Commands use this and never `process` or `console`. */
export interface Io {
  /** Arguments as typed, after `placard`. */
  argv: string[];
  env: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Whether to colour what goes to stdout and stderr: a terminal, and no NO_COLOR in the environment. */
  colour: { out: boolean; err: boolean };
  /** Columns to wrap text at: the terminal's, 80 where there is none. */
  width: number;
  /**
   * Data, to stdout. Waits while the reader is slow. Throws `OutputClosed` when the reader is gone, and `Failure` when
   * nothing more can be written.
   */
  out(text: string): Promise<void>;
  /** Progress and notices, a line on stderr. */
  note(line: string): void;
  /** Sets the exit code; the worst of several calls wins. */
  exit(code: ExitCode): void;
  /** Aborts on Ctrl-C, SIGTERM and SIGHUP from the first call on; until then they end the process as usual. */
  signal(): AbortSignal;
}

/** The `Io` of this process. `exitCode` says what it should end with. */
export function processIo(): Io & { exitCode: () => ExitCode } {
  let exitCode: ExitCode = 0;
  let gone: OutputClosed | Failure | undefined;
  let interrupts: AbortController | undefined;
  const { stdin, stdout, stderr, env } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    gone ??= error.code === "EPIPE" ? new OutputClosed() : outputFailure(error);
    interrupts?.abort(gone);
  });
  // Nobody left to read notices: go on without them.
  stderr.on("error", () => {});

  return {
    argv: process.argv.slice(2),
    env,
    stdin,
    stdout,
    stderr,
    colour: { out: wantsColour(stdout, env), err: wantsColour(stderr, env) },
    width: Math.min(Math.max(stdout.columns ?? 80, 40), 100),
    async out(text) {
      if (gone) throw gone;
      // The callback comes with an error too, so a reader that goes away does not leave us waiting.
      await new Promise<void>((resolve) => {
        stdout.write(text, () => resolve());
      });
      if (gone) throw gone;
    },
    note(line) {
      stderr.write(`${line}\n`);
    },
    exit(code) {
      if (code > exitCode) exitCode = code;
    },
    exitCode: () => exitCode,
    signal() {
      interrupts ??= abortOnSignals();
      return interrupts.signal;
    },
  };
}

function outputFailure(error: NodeJS.ErrnoException): Failure {
  const why = noRoom(error) ?? error.message;
  return new Failure(`writing the output: ${why}. What was written of it is not whole.`);
}

function wantsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== "dumb";
}

/** Time for a command to end by itself after a signal, in milliseconds. */
const GRACE = 10_000;
/** Signals this close together, in milliseconds, are one: a terminal tells the whole group, and so does our launcher. */
const SAME = 500;

/** How often a command that npm runs looks whether npm is still there, in milliseconds. */
const LOOK_EVERY = 500;

/** npm passes a signal on to the shell that it runs a script in, and that ends without a word to us. */
function onParentGone(tell: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    tell();
  }, LOOK_EVERY);
  timer.unref();
}

/** The first signal asks the command to stop; a later one, or ten seconds, end the process. */
function abortOnSignals(): AbortController {
  const controller = new AbortController();
  let first: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const leave = () => process.exit(128 + constants.signals[signal]);
    const stop = () => {
      const now = performance.now();
      if (first === undefined) {
        first = now;
        controller.abort(new Interrupted(signal));
        setTimeout(leave, GRACE).unref();
      } else if (now - first > SAME) leave();
    };
    process.on(signal, stop);
    if (signal === "SIGTERM" && process.env.npm_lifecycle_event !== undefined) {
      // Whoever tells the whole group ends the shell too: that is not said twice.
      onParentGone(() => first === undefined && stop());
    }
  }
  return controller;
}
