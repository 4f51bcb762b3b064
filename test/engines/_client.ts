import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ENGINES = resolve(import.meta.dirname, "node_modules");

/** A folder for one run of a client: its home and a place to work in. */
export interface Room {
  home: string;
  work: string;
  leave(): void;
}

/** Makes the folders; they stay until `leave`. */
export function enterRoom(): Room {
  const room = mkdtempSync(join(tmpdir(), "placard-engine-"));
  const [home, work] = [join(room, "home"), join(room, "work")];
  for (const folder of [home, work]) mkdirSync(folder);
  return {
    home,
    work,
    leave: () => rmSync(room, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** How a program ended. */
export interface Ended {
  code: number | string;
  stdout: string;
  stderr: string;
}

/**
 * Runs a script of an engine with an environment made from nothing. Proxies point to a closed port of this machine, so
 * that it can talk to the loopback interface and to nothing else.
 */
export function runEngine(
  script: string,
  args: string[],
  room: Room,
  env: Record<string, string>,
): Promise<Ended> {
  const nowhere = "http://127.0.0.1:9";
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(ENGINES, script), ...args],
      {
        cwd: room.work,
        env: {
          PATH: "/usr/bin:/bin",
          HOME: room.home,
          HTTP_PROXY: nowhere,
          HTTPS_PROXY: nowhere,
          NO_PROXY: "127.0.0.1",
          ...env,
        },
        maxBuffer: 256 * 1024 * 1024,
        timeout: 110_000,
      },
      (error, stdout, stderr) => done({ code: error ? (error.code ?? "killed") : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
