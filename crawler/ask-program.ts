import { isReadableByAll } from "./_paths.ts";
import { redactValues } from "./_redact.ts";
import { plain, storableText } from "./_text.ts";
import { askForTools, type Terms } from "./ask.ts";
import { launch } from "./launch.ts";
import type { Program } from "./program.ts";
import { explainFailure } from "./reasons.ts";
import { findSandbox, type Sandbox, sandboxNotice } from "./sandbox.ts";
import type { CrawlContext, Facts, Fetched } from "./source.ts";
import { type StdioTransport, stdioTransport } from "./stdio.ts";

/** What to say of a program: its name in sentences, and its command line without this machine's folders. */
export interface ProgramNames {
  label: string;
  command: string[];
}

/**
 * Starts a program in the best sandbox there is, asks it for its tools and ends it.
 *
 * @throws the signal's reason when it aborts, after the program has ended
 */
export async function askProgram(
  program: Program,
  names: ProgramNames,
  context: CrawlContext,
): Promise<Fetched> {
  const sandbox = program.sandbox ?? (await findSandbox(program.isOwn === true && !isReadableByAll(program)));
  context.signal.throwIfAborted();
  const notice = sandboxNotice(sandbox);
  if (notice !== undefined) context.onNotice?.(`Starting ${names.label}: ${notice}`);
  context.onStage("starting");
  const { limits, network, signal } = context;
  const full: Program = { ...program, environment: { ...program.environment, ...context.environment } };
  let transport: StdioTransport;
  try {
    transport = stdioTransport(await launch(sandbox, full, network, limits), limits);
  } catch (error) {
    // A full disk, an argument with a NUL in it: nothing has been started.
    const what = plain(error instanceof Error ? error.message : String(error), 300);
    return { ok: false, status: "failed", reason: `Starting ${names.label}: ${what}.`, raw: [], facts: {} };
  }
  try {
    const asked = await askForTools(transport, limits, signal, context.onStage);
    const facts: Facts = { ...asked.facts, launch: conditions(full, names, sandbox, network, asked.terms) };
    if (asked.ok) return { ok: true, raw: asked.raw, notes: asked.notes, facts };
    // A server that fails likes to print what it was given.
    const hide = (text: string) => redactValues(text, full.environment);
    const stderr = hide(storableText(transport.stderr()));
    const subject = { label: names.label, transport: "stdio", stderr, network } as const;
    return {
      ok: false,
      status: "failed",
      reason: hide(explainFailure(asked.failure, subject)),
      raw: asked.raw,
      facts: { ...facts, stderr },
    };
  } finally {
    await transport.close();
  }
}

function conditions(
  program: Program,
  names: ProgramNames,
  sandbox: Sandbox,
  network: boolean,
  terms: Terms,
): Facts["launch"] {
  return {
    transport: "stdio",
    command: names.command,
    environment: Object.keys(program.environment).sort(),
    sandbox: sandbox.level,
    // Without namespaces nothing keeps a server from the network, whatever was asked for.
    network: network || sandbox.level === "user" || sandbox.level === "none",
    ...terms,
  };
}
