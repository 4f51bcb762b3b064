import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The data folder: PLACARD_HOME, else `placard` in XDG_DATA_HOME, else `~/.local/share/placard`. */
export function placardHome(env: NodeJS.ProcessEnv): string {
  if (env.PLACARD_HOME) return resolve(env.PLACARD_HOME);
  if (env.XDG_DATA_HOME) return join(resolve(env.XDG_DATA_HOME), "placard");
  return join(homedir(), ".local", "share", "placard");
}

/** The same in the help of every command that uses the catalog. */
export const CATALOG_ENVIRONMENT = `
Environment:
  PLACARD_HOME   data folder (default $XDG_DATA_HOME/placard, else ~/.local/share/placard)
  DATABASE_URL   a PostgreSQL of your own instead of the one in the data folder`;
