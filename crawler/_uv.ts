import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type HelperFailure, type HelperRun, keepEnvironment, runHelper } from "./_helper.ts";
import { which } from "./_paths.ts";
import type { CrawlContext } from "./source.ts";

/** The user's settings that decide where packages come from and how we get there. */
const KEPT =
  /^(https?_proxy|no_proxy|all_proxy|ssl_cert_file|ssl_cert_dir|uv_(index|index_.*|default_index|extra_index_url|find_links|native_tls|system_certs|python|python_downloads|python_install_mirror|pypy_install_mirror|insecure_host|http_timeout|offline))$/i;

/** The program that installs Python packages: `uvx` comes with it and does the same. */
export const findUv = (): string | undefined => which("uv") ?? which("uvx");

/** The one step with network: wheels only, because building a package from source runs its code. */
export async function installWithUv(
  uv: string,
  name: string,
  version: string | undefined,
  folder: string,
  { home, limits, signal, onStage }: CrawlContext,
): Promise<HelperRun> {
  onStage("installing", version === undefined ? name : `${name}@${version}`);
  const uvHome = join(home, "cache", "uv-home");
  await mkdir(folder, { recursive: true });
  await mkdir(uvHome, { recursive: true });
  const environment = {
    ...keepEnvironment(KEPT),
    PATH: process.env.PATH,
    HOME: uvHome,
    LANG: "C.UTF-8",
    UV_CACHE_DIR: join(home, "cache", "uv-cache"),
    UV_PYTHON_INSTALL_DIR: join(home, "cache", "uv-python"),
    UV_TOOL_DIR: join(folder, "tools"),
    UV_TOOL_BIN_DIR: join(folder, "bin"),
    UV_NO_CONFIG: "1",
    UV_NO_PROGRESS: "1",
    UV_NO_BUILD: "1",
    // Copies: a hard link would let the sandboxed server and the cache share a file.
    UV_LINK_MODE: "copy",
  };
  const requirement = version === undefined ? name : `${name}==${version}`;
  const command: [string, ...string[]] = /uvx(\.exe)?$/.test(uv)
    ? [join(dirname(uv), "uv"), "tool", "install", "--no-build", requirement]
    : [uv, "tool", "install", "--no-build", requirement];
  const most = { bytes: limits.installBytes, files: limits.installFiles };
  return runHelper(command, { cwd: folder, environment, timeoutMs: limits.installMs, most, signal });
}

/**
 * Why uv installed nothing, as one sentence with what to try.
 * @param doing what was being done, and to what: the sentence's beginning
 */
export function explainUv(
  doing: string,
  name: string,
  version: string | undefined,
  run: HelperFailure,
): string {
  const text = run.stderr;
  if (run.kind === "not-started") return `${doing}: uv could not be started (${run.message}).`;
  if (run.kind === "timeout") return `${doing}: uv had ${run.message}. Check the network, or try again.`;
  if (run.kind === "too-large") return `${doing}: with what it needs it takes ${run.message}, our limit.`;
  if (/no executables are provided|No executables/i.test(text))
    return `${doing}: the package has no program to run, so it is no MCP server that can be started. Check the name.`;
  if (/building (source distributions )?is disabled|has no usable wheels|no wheels|--no-build/i.test(text))
    return `${doing}: it, or a package that it needs, is there only as source, and building that would run its code outside the sandbox, so it is not installed. Report it to the package's author.`;
  if (/not found in the package registry/i.test(text))
    return `${doing}: the index has no package "${name}", or it needs one that is not there. Check the spelling.`;
  if (/there is no version of|no version of|unsatisfiable/i.test(text) && version !== undefined)
    return `${doing}: the index has no version ${version} of it that can be installed here. Leave the version out to get the newest.`;
  if (/error sending request|failed to fetch|dns error|connect|timed out/i.test(text))
    return `${doing}: the index could not be reached (${run.message}). Check the network, proxy and index settings of uv.`;
  return `${doing}: uv failed (${run.message}).`;
}

/** The version in the name of `<name>-<version>.dist-info` (PEP 376). */
export function installedVersion(folder: string, name: string): string | undefined {
  const wanted = name.replaceAll("-", "_");
  try {
    const library = join(folder, "tools", name, "lib");
    const entries = readdirSync(library).flatMap((python) =>
      readdirSync(join(library, python, "site-packages")),
    );
    return entries
      .flatMap((entry) => {
        const [, found = "", version] = /^(.+?)-([^-]+)\.dist-info$/.exec(entry) ?? [];
        return version !== undefined && found.toLowerCase().replace(/[-_.]+/g, "_") === wanted
          ? [version]
          : [];
      })
      .at(0);
  } catch {
    return undefined;
  }
}
