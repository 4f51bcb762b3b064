import { homedir } from "node:os";
import { isAbsolute } from "node:path";

/** The user's home folder; undefined where neither HOME nor the system's list of users names one. */
export function userHome(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    // Node throws for a user without an entry, as containers have them.
    return undefined;
  }
}

/** The same, where a folder must be named: users without a home are at the root. */
export const homeOrRoot = (): string => userHome() ?? "/";
