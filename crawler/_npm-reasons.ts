import type { NpmFailure } from "./_npm-client.ts";
import { plain } from "./_text.ts";

export const NO_VERSION_FITS =
  "the registry has no version that fits. Leave the version out to get the newest.";

const DISK_FULL = "the disk is full. Free some space, or set PLACARD_HOME to a folder on another disk.";

/** Error codes of npm and Node that mean: the registry wasn't there. */
const UNREACHABLE = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_SOCKET_TIMEOUT",
  "EIDLETIMEOUT",
]);

/** npm's failure in one sentence: what was being done, what happened, what to try. */
export function explainNpm(doing: string, name: string, version: string, run: NpmFailure): string {
  const said = run.message.replace(/\.$/, "");
  if (run.kind === "no-npm") return `${doing}: ${said}.`;
  if (run.kind === "timeout") return `${doing}: npm had ${said}. Check the network, or try again.`;
  if (run.kind === "too-large") {
    return `${doing}: with its dependencies it takes ${said}, our limit. A server of that size is of little use; report it to the package's author.`;
  }
  if (run.code !== undefined && UNREACHABLE.has(run.code)) {
    return `${doing}: the registry could not be reached (${run.code}). Check the network, proxy and registry settings of npm.`;
  }
  switch (run.code) {
    case "E404":
      return `${doing}: ${explainMissing(name, run.lines)}`;
    case "ETARGET":
    case "ENOVERSIONS":
      return run.lines.some((line) => line.includes(`${name}@`))
        ? `${doing}: the registry has no version ${version} of it. Leave the version out to get the newest.`
        : `${doing}: a dependency can't be had (${said}). Report it to the package's author.`;
    case "E401":
    case "E403":
      return `${doing}: the registry refused access (${said}). Check the registry and token in your .npmrc.`;
    case "EALLOWGIT":
      return `${doing}: it depends on a git repository, and installing one could run its code outside the sandbox, so it is not installed. Report it to the package's author.`;
    case "ENOSPC":
      return `${doing}: ${DISK_FULL}`;
    case "EBADPLATFORM":
      return `${doing}: it is not made for this system (${said}).`;
    default:
      return `${doing}: npm failed${run.code === undefined ? "" : ` with ${run.code}`} (${said}).`;
  }
}

/** E404 may be about the package, its version, or a package that it needs. */
function explainMissing(name: string, lines: string[]): string {
  if (lines.some((line) => line.includes("No match found for version"))) return NO_VERSION_FITS;
  const missing = lines.flatMap((line) => /^404 .*'(@?[^'@]+)@[^']*'/.exec(line)?.[1] ?? [])[0];
  return missing !== undefined && missing !== name
    ? `it needs the package "${plain(missing, 214)}", which is not in the registry. Report it to the package's author.`
    : `the registry has no package "${name}". Check the spelling; a scoped name begins with @scope/.`;
}

/** A failure of our own file handling, in one sentence. */
export function explainDisk(doing: string, folder: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC") return `${doing}: ${DISK_FULL}`;
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(code)) {
    return `${doing}: ${folder} can't be written to (${code}). Set PLACARD_HOME to a folder that this user may write to.`;
  }
  return `${doing}: ${plain(error instanceof Error ? error.message : String(error), 300)}.`;
}
