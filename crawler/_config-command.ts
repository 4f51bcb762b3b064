import { basename } from "node:path";

/** What a configured command comes to: a package or an image that Placard crawls by itself, or a command to start. */
export type Understood =
  | {
      kind: "package";
      source: string;
      arguments: string[];
      environment?: Record<string, string>;
      keep?: string[];
    }
  | { kind: "command" }
  | { kind: "unknown"; problem: string };

/**
 * Reads `npx …`, `uvx …` and `docker run …`, which could not install anything inside a sandbox without network. Flags
 * that would open the sandbox (mounts, ports, networks) are left out.
 */
export function understandCommand(command: string, args: string[]): Understood {
  const program = basename(command.replaceAll("\\", "/")).replace(/\.(exe|cmd|bat)$/i, "");
  // Windows: cmd /c npx …
  if (program === "cmd" && /^\/c$/i.test(args[0] ?? "") && args[1] !== undefined)
    return understandCommand(args[1], args.slice(2));
  switch (program) {
    case "npx":
    case "bunx":
      return npmPackage(args);
    case "npm":
    case "pnpm":
    case "bun":
      return ["exec", "x", "dlx"].includes(args[0] ?? "") ? npmPackage(args.slice(1)) : { kind: "command" };
    case "uvx":
      return pypiPackage(args);
    case "uv":
      return args[0] === "tool" && args[1] === "run" ? pypiPackage(args.slice(2)) : { kind: "command" };
    case "docker":
    case "podman":
      return image(program, args);
    default:
      return { kind: "command" };
  }
}

const NPM_NAME = /^(@[\w.~-]+\/)?[\w~][\w.~-]*(@[^/\s]+)?$/;

function npmPackage(args: string[]): Understood {
  let spec: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? "";
    const inline = /^(?:--package|-p)=(.+)$/.exec(argument)?.[1];
    if (inline !== undefined) spec = inline;
    else if (argument === "--package" || argument === "-p") spec = args[++i];
    else if (
      argument === "--" ||
      /^(-y|--yes|-q|--quiet|--silent|--prefer-online|--prefer-offline|--bun)$/.test(argument)
    )
      continue;
    else if (argument.startsWith("-")) return { kind: "command" };
    // With --package this is the name of its program.
    else return named("npm", spec ?? argument, args.slice(i + 1), NPM_NAME);
  }
  return { kind: "command" };
}

const PYPI_NAME = /^[A-Za-z0-9][\w.-]*((==|@)[\w.!+-]+)?$/;

function pypiPackage(args: string[]): Understood {
  let spec: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? "";
    const inline = /^--from=(.+)$/.exec(argument)?.[1];
    if (inline !== undefined) spec = inline;
    else if (argument === "--from") spec = args[++i];
    else if (/^(--python|-p|--index|--index-url|--default-index|--refresh-package)$/.test(argument)) i++;
    else if (/^(--python|--quiet|-q|--refresh|--isolated|--no-cache|--prerelease)(=|$)/.test(argument))
      continue;
    else if (argument.startsWith("-")) return { kind: "command" };
    else return named("pypi", spec ?? argument, args.slice(i + 1), PYPI_NAME);
  }
  return { kind: "command" };
}

function named(scheme: string, spec: string, rest: string[], form: RegExp): Understood {
  return form.test(spec)
    ? { kind: "package", source: `${scheme}:${spec}`, arguments: rest }
    : { kind: "command" };
}

const IMAGE_SWITCHES = /^(-[it]{1,2}|--interactive|--tty|--rm|--init|--privileged|--read-only|--quiet|-q)$/;
/** Flags with a value that say nothing of what the server is. */
const IMAGE_OPTIONS =
  /^(--name|--network|--net|-v|--volume|--mount|-p|--publish|--add-host|--pull|--platform|--memory|-m|--cpus|-l|--label|--env-file|--tmpfs|--cap-drop|--cap-add|--security-opt|--gpus|--log-driver)$/;

function image(program: string, args: string[]): Understood {
  const unknown = (what: string): Understood => ({ kind: "unknown", problem: `${program} ${what}` });
  const rest = args[0] === "container" ? args.slice(1) : args;
  if (rest[0] !== "run") return unknown("is not told to run an image");
  const environment: Record<string, string> = {};
  const keep: string[] = [];
  for (let i = 1; i < rest.length; i++) {
    const argument = rest[i] ?? "";
    const [, flag = argument, inline] = /^(--?[\w-]+)=(.*)$/s.exec(argument) ?? [];
    const value = (): string => inline ?? rest[++i] ?? "";
    if (flag === "-e" || flag === "--env") {
      const [, name = "", given] = /^([^=]*)(?:=(.*))?$/s.exec(value()) ?? [];
      if (given === undefined) keep.push(name);
      else environment[name] = given;
    } else if (IMAGE_OPTIONS.test(flag)) value();
    else if (IMAGE_SWITCHES.test(flag)) continue;
    else if (flag.startsWith("-")) return unknown(`is given ${flag}, which Placard does not know`);
    else
      return { kind: "package", source: `oci:${argument}`, arguments: rest.slice(i + 1), environment, keep };
  }
  return unknown("is given no image");
}
