import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryHome } from "../_crawl.ts";
import { crawlAll, refusal, withPrograms } from "./_sources.ts";

/** A server that needs a shell and nothing else; it tells its arguments and what is in /tmp, its network and its environment. */
const SERVER = `#!/bin/sh
facts="arguments: $*; network: $(ls /sys/class/net 2>/dev/null | tr '\\n' ' '); environment: $(env | grep -c SECRET_OF_MINE) $GIVEN"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
  [ -n "$id" ] || continue
  case "$line" in
    *'"initialize"'*) answer='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"notes","version":"1"}}' ;;
    *'"tools/list"'*) answer='"result":{"tools":[{"name":"notes","description":"'$facts'","inputSchema":{"type":"object"}}]}' ;;
    *) answer='"error":{"code":-32601,"message":"no such method"}' ;;
  esac
  echo '{"jsonrpc":"2.0","id":'$id','$answer'}'
done
`;

/** Installs as uv does: an environment in UV_TOOL_DIR, links to its programs in UV_TOOL_BIN_DIR. */
const uv = (script: string, programs = "notes-server") => `#!/bin/sh
[ "$1 $2 $3" = "tool install --no-build" ] && [ "$UV_NO_BUILD" = 1 ] || exit 9
[ -z "$SECRET_OF_MINE" ] || exit 8
name=$(printf %s "$4" | sed 's/==.*//'); version=$(printf %s "$4" | sed -n 's/.*==//p')
${script}
mkdir -p "$UV_TOOL_DIR/$name/lib/python3.12/site-packages/notes_server-\${version:-2.0}.dist-info" "$UV_TOOL_DIR/$name/bin" "$UV_TOOL_BIN_DIR"
for program in ${programs}; do
cat > "$UV_TOOL_DIR/$name/bin/$program" <<'END'
${SERVER}END
chmod 755 "$UV_TOOL_DIR/$name/bin/$program"
ln -s "$UV_TOOL_DIR/$name/bin/$program" "$UV_TOOL_BIN_DIR/$program"
done
`;

test("pypi: a package is installed by uv, without building, and started in the sandbox", async () => {
  withPrograms({ uv: uv("") });
  process.env.SECRET_OF_MINE = "s3cret";
  const home = temporaryHome();
  const [result] = await crawlAll(
    "pypi:Notes_Server@1.5",
    { arguments: ["--x"], environment: { GIVEN: "yes" } },
    { home },
  );
  delete process.env.SECRET_OF_MINE;
  expect(result?.reason).toBeUndefined();
  expect(result).toMatchObject({
    server: "pypi/notes-server",
    source: "pypi:Notes_Server@1.5",
    status: "ok",
    package: { registry: "pypi", name: "notes-server", version: "1.5" },
    launch: { command: ["notes-server", "--x"], environment: ["GIVEN"], network: false },
  });
  expect(result?.tools[0]?.description).toMatch(/^arguments: --x; network: (lo )?; environment: 0 yes$/);
  expect(readdirSync(join(home, "cache", "pypi"))).toEqual([]);
  expect((await crawlAll("pypi:notes-server"))[0]?.package).toMatchObject({ version: "2.0" });
});

test.each([
  [
    'echo "error: Package not found in the package registry" >&2; exit 1',
    'the index has no package "notes-server"',
  ],
  ['echo "x was not found: building source distributions is disabled" >&2; exit 1', "there only as source"],
  [
    'echo "Because there is no version of notes-server==9, it is unsatisfiable" >&2; exit 1',
    "no version 9 of it",
  ],
  ['echo "No executables are provided by x" >&2; exit 1', "the package has no program to run"],
  ['echo "error sending request for url" >&2; exit 1', "the index could not be reached"],
  ["exit 3", "uv failed (exit code 3)"],
  ["sleep 60", "uv had no end after 1 s"],
])("pypi: uv that says %s", async (script, sentence) => {
  withPrograms({ uv: uv(script) });
  const home = temporaryHome();
  const [result] = await crawlAll("pypi:notes-server@9", {}, { home, limits: { installMs: 1_000 } });
  expect(result).toMatchObject({ status: "failed", reason: expect.stringContaining(sentence) });
  expect(result?.reason).toMatch(/^Installing pypi:notes-server@9: /);
  expect(readdirSync(join(home, "cache", "pypi"))).toEqual([]);
});

test("pypi: which of several programs is the server is not guessed", async () => {
  withPrograms({ uv: uv("", "one two") });
  expect((await crawlAll("pypi:notes-server"))[0]?.reason).toMatch(
    /the package has 2 programs \(one, two\) and none is named like it/,
  );
});

/** Runs the server in place of the image, and writes down what it was told. */
const docker = (log: string, pull = "exit 0") => `#!/bin/sh
echo "$@" >> ${log}
case "$1" in
  pull) ${pull} ;;
  image) echo sha256:${"a".repeat(64)} ;;
  run) for flag in "$@"; do case "$flag" in --env-file=*) cp "\${flag#--env-file=}" ${log}.environment ;; esac; done
       while [ "$1" != "ghcr.io/someone/notes:1.0" ]; do shift; done; shift
       sh -c 'echo "client: $GIVEN"' >> ${log}; exec sh ${log}.server "$@" ;;
esac
`;

test.each(["docker", "podman"])(
  "oci: an image is pulled, and run by %s without network or rights",
  async (program) => {
    const log = join(temporaryHome(), "log");
    const folder = withPrograms({ [program]: docker(log), other: SERVER }, false);
    if (program === "podman") process.env.PATH = `${folder}:/usr/bin:/bin`;
    const { copyFileSync } = await import("node:fs");
    copyFileSync(join(folder, "other"), `${log}.server`);
    const [result] = await crawlAll("oci:ghcr.io/someone/notes:1.0", {
      arguments: ["--stdio"],
      environment: { GIVEN: "s3cret-given" },
    });
    expect(result?.reason).toBeUndefined();
    expect(result).toMatchObject({
      server: "oci/ghcr.io/someone/notes",
      status: "ok",
      package: { registry: "oci", name: "ghcr.io/someone/notes", version: `sha256:${"a".repeat(64)}` },
      launch: {
        command: [program, "run", "ghcr.io/someone/notes:1.0", "--stdio"],
        environment: ["GIVEN"],
        sandbox: "container",
        network: false,
      },
    });
    expect(result?.tools[0]?.description).toContain("arguments: --stdio;");
    expect(readFileSync(`${log}.environment`, "utf8")).toBe("GIVEN=s3cret-given\n");
    const [pull, inspect, run = "", client, remove] = readFileSync(log, "utf8").trim().split("\n");
    expect(pull).toBe("pull --quiet ghcr.io/someone/notes:1.0");
    expect(inspect).toMatch(/^image inspect/);
    for (const flag of [
      "--interactive",
      "--rm",
      "--network=none",
      "--read-only",
      "--memory=",
      "--pids-limit=",
      "--cap-drop=ALL",
      "--security-opt=no-new-privileges",
      "--env-file=",
    ])
      expect(run).toContain(flag);
    expect(run).not.toContain("s3cret");
    expect(client).toBe("client: ");
    expect(remove).toMatch(/^rm --force placard-/);
    expect(run).toContain(`--name=${remove?.split(" ")[2]}`);
  },
);

test.each([
  [
    'echo "Cannot connect to the Docker daemon. Is the docker daemon running?" >&2; exit 1',
    "docker does not reach its daemon",
  ],
  ['echo "manifest unknown" >&2; exit 1', "there is no such image, or it needs an account"],
  ["exit 5", "docker failed (exit code 5)"],
])("oci: a pull that says %s", async (pull, sentence) => {
  const log = join(temporaryHome(), "log");
  withPrograms({ docker: docker(log, pull) });
  const [result] = await crawlAll("oci:notes");
  expect(result).toMatchObject({ status: "failed", reason: expect.stringContaining(sentence) });
  expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(1);
});

test("where the program is not, one sentence says so and nothing is tried", async () => {
  withPrograms({}, true);
  const home = temporaryHome();
  expect(await crawlAll("pypi:notes", {}, { home })).toMatchObject([
    {
      status: "skipped",
      reason: "Starting pypi:notes: uvx was not found in PATH. Install uv, which it is part of.",
    },
  ]);
  expect(await crawlAll("oci:notes", {}, { home })).toMatchObject([
    {
      status: "skipped",
      reason: "Starting oci:notes: neither docker nor podman was found in PATH. Install one of them.",
    },
  ]);
  expect(existsSync(join(home, "cache"))).toBe(false);
});

test("names that a program would take for something else are refused", () => {
  for (const name of ["", "-x", "../x", "git+https://example.com/x", "a b", "a@-1", "a@1@2"])
    expect(refusal(`pypi:${name}`)).toMatch(/^Reading the source .* Write pypi:<name>/);
  for (const name of ["", "-x", "UPPER", "a:b:c", "a@sha256:1", "a --privileged"])
    expect(refusal(`oci:${name}`)).toMatch(/is no image name\. Write oci:<image>/);
});
