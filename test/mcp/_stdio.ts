import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** The launcher, as a client's configuration names it. */
export const LAUNCHER = resolve(import.meta.dirname, "../../cli/placard.mjs");

export interface Message {
  id?: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

export interface Spoken {
  child: ChildProcessWithoutNullStreams;
  /** Sends a line as it is, or a message. */
  send(message: object | string): void;
  /** The answer to the request of that id. */
  answer(id: number): Promise<Message>;
  /** All lines of stdout so far. */
  lines: string[];
  stderr(): string;
  /** The exit code, once it has ended. */
  exit: Promise<number | null>;
}

/** Starts `placard mcp` and speaks to it line by line; it is killed when the test ends. */
export function startMcp(env: Record<string, string>): Spoken {
  const child = spawn(process.execPath, [LAUNCHER, "mcp"], {
    env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  const lines: string[] = [];
  const waiting = new Map<unknown, (message: Message) => void>();
  const answers = new Map<unknown, Message>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    const message = JSON.parse(line) as Message;
    answers.set(message.id, message);
    waiting.get(message.id)?.(message);
  });
  const exit = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    lines,
    exit,
    stderr: () => stderr,
    send: (message) =>
      void child.stdin.write(
        typeof message === "string" ? `${message}\n` : `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`,
      ),
    answer(id) {
      const known = answers.get(id);
      if (known) return Promise.resolve(known);
      const ended = exit.then((code) => {
        throw new Error(`it ended with ${code} before it answered ${id}:\n${stderr}`);
      });
      return Promise.race([new Promise<Message>((resolve) => waiting.set(id, resolve)), ended]);
    },
  };
}

/** The first request of the era of handshakes. */
export const HELLO = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

export const call = (id: number, name: string, args: object) => ({
  id,
  method: "tools/call",
  params: { name, arguments: args },
});
