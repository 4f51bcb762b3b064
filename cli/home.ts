import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { userHome } from "../crawler/user-home.ts";
import { Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/**
 * The data folder: PLACARD_HOME, else `placard` in XDG_DATA_HOME, else `~/.local/share/placard`. It need not be there.
 * @throws Failure when there is a file at that place, or nothing says where the place is.
 */
export function placardHome(env: NodeJS.ProcessEnv): string {
  const home = namedHome(env);
  if (!isFile(home)) return home;
  throw new Failure(
    `Opening the data folder ${safe(home)}: it is a file, not a folder. Move it away, or set PLACARD_HOME to a folder.`,
  );
}

function namedHome(env: NodeJS.ProcessEnv): string {
  if (env.PLACARD_HOME) return resolve(env.PLACARD_HOME);
  if (env.XDG_DATA_HOME) return join(resolve(env.XDG_DATA_HOME), "placard");
  return join(homeFolder(), ".local", "share", "placard");
}

/** Not "" where HOME is empty: that would put the data into whatever folder the command is run in. */
function homeFolder(): string {
  const home = userHome();
  if (home !== undefined) return home;
  throw new Failure(
    "Finding the data folder: this user has no home folder (HOME is not set, or no absolute path), and neither PLACARD_HOME nor XDG_DATA_HOME names another. Set PLACARD_HOME to a folder.",
  );
}

/** What cannot be looked at is left to whoever opens it. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The same in the help of every command that uses the catalog. */
export const CATALOG_ENVIRONMENT = `
Environment:
  PLACARD_HOME   data folder (default $XDG_DATA_HOME/placard, else ~/.local/share/placard)
  DATABASE_URL   a PostgreSQL of your own instead of the one in the data folder`;
