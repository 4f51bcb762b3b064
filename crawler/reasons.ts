import { plain } from "./_text.ts";
import type { AskFailure } from "./ask.ts";
import type { ConnectionLoss } from "./transport.ts";

/** What failed, put into words: what was being done, to what, what happened, what to try. One line. */
export function explainFailure(failure: AskFailure, subject: Subject): string {
  return plain(`${doing(failure, subject)}: ${happened(failure, subject)}`, 1_500);
}

/** Who was asked. */
export interface Subject {
  /** `npm:foo@1.0.0`, `node server.js`, `https://…` */
  label: string;
  transport: "stdio" | "http";
  /** The last of the server's stderr. */
  stderr?: string;
  /** Without network a server may wait for it. */
  network: boolean;
}

function doing(failure: AskFailure, { label, transport }: Subject): string {
  if (failure.method === "tools/list")
    return `Listing the tools of ${label}${failure.page > 1 ? ` (page ${failure.page})` : ""}`;
  return `${transport === "stdio" ? "Starting" : "Asking"} ${label}`;
}

function happened(failure: AskFailure, subject: Subject): string {
  switch (failure.kind) {
    case "error":
      return `the server answered ${failure.method} with error ${failure.error.code}, "${plain(failure.error.message, 300)}". ${hintForError(subject)}`;
    case "timeout":
      return `the server ${silence(failure)} within ${seconds(failure.afterMs)}${lastWords(subject)}. ${hintForSilence(failure, subject)}`;
    case "bad-result":
      return `the server's answer to ${failure.method} ${failure.problem}. Report it to the server's author.`;
    case "lost":
      return explainLoss(failure.loss, failure, subject);
  }
}

function explainLoss(loss: ConnectionLoss, failure: AskFailure, subject: Subject): string {
  switch (loss.kind) {
    case "not-started":
      return loss.code === "ENOENT"
        ? "the program was not found. Check its name, or give its whole path."
        : `the program could not be started (${loss.code}). Check that it is a program that you may run.`;
    case "ended":
      return `the server ended ${howEnded(loss)} before it answered ${failure.method}${noiseOf(failure)}${lastWords(subject)}. ${hintForEnd(loss, subject)}`;
    case "too-large":
      return `the server ${tooLarge(loss)}, our limit. Such a list is of no use to a client either; report it to the server's author.`;
    case "over-limit":
      return `the server ${overLimit(loss)}, our limit, and was ended. Report it to the server's author.`;
    case "unreachable":
      return `${plain(loss.message, 300)}. Check the address and that the server is up.`;
    case "refused-address":
      return `${plain(loss.message, 300)}. Placard connects to private addresses only where you type localhost, 127.0.0.1 or [::1] yourself.`;
    case "redirect":
      return explainRedirect(loss);
    case "session-expired":
      return "the server ended our session twice while we listed its tools (HTTP 404). Try again later.";
    case "no-answer":
      return `the server's reply ended without an answer to ${failure.method}. Try again later.`;
    case "http-status":
      return `the server answered ${failure.method} with HTTP ${loss.status}${loss.text === "" ? "" : `, "${plain(loss.text, 200)}"`}. ${hintForStatus(loss.status, loss.retryAfter)}`;
    case "content-type":
      return `the answer is ${plain(loss.contentType, 80) || "of no content type"}, neither JSON nor an event stream. Check that the address is the MCP endpoint (often /mcp), not a web page.`;
    case "needs-authorization":
      return `the server asks for authorization (HTTP ${loss.status})${loss.resourceMetadata === undefined ? "" : ` and describes it at ${plain(loss.resourceMetadata, 300)}`}. Its tools are visible only with an account there.`;
  }
}

function explainRedirect({ to, why }: Extract<ConnectionLoss, { kind: "redirect" }>): string {
  const place = plain(to, 200);
  switch (why) {
    case "elsewhere":
      return `the server redirects to ${place}, which is another place. Crawl that address instead if you trust it.`;
    case "private":
      return `the server redirects to ${place}, which is not a public address. Placard does not go there on a server's word.`;
    case "loop":
      return `the server redirects in a circle, back to ${place}. Check the address.`;
    case "too-many":
      return `the server redirects again and again, at last to ${place}. Check the address.`;
  }
}

function tooLarge({ what, limit }: Extract<ConnectionLoss, { kind: "too-large" }>): string {
  switch (what) {
    case "message":
      return `sent a message of more than ${mebibytes(limit)}`;
    case "total":
      return `sent answers of more than ${mebibytes(limit)}`;
    case "log":
      return `wrote a log of more than ${mebibytes(limit)} to its standard error`;
    case "parts":
      return `sent JSON of more than ${limit} values and keys`;
  }
}

function overLimit({ what, limit }: Extract<ConnectionLoss, { kind: "over-limit" }>): string {
  switch (what) {
    case "memory":
      return `used more than ${mebibytes(limit)} of memory`;
    case "processes":
      return `ran more than ${limit} processes and threads`;
    case "disk":
      return `wrote more than ${mebibytes(limit)} into its folders`;
    case "files":
      return `made more than ${limit} files`;
  }
}

function howEnded(loss: { code: number | null; signal: string | null }): string {
  return loss.signal === null ? `with exit code ${loss.code}` : `by ${loss.signal}`;
}

function silence(failure: AskFailure): string {
  return failure.noise === undefined
    ? `did not answer ${failure.method}`
    : `printed text that is no JSON-RPC ("${plain(failure.noise, 80)}") and did not answer ${failure.method}`;
}

function noiseOf(failure: AskFailure): string {
  return failure.noise === undefined
    ? ""
    : `, and printed text that is no JSON-RPC ("${plain(failure.noise, 80)}")`;
}

/** The line that names the error where there is one: a usage text may follow it. Else the end. */
function lastWords({ stderr = "" }: Subject): string {
  // What `unshare` of util-linux says of itself when its program ends by a signal.
  const lines = stderr
    .split("\n")
    .filter((line) => !line.startsWith("unshare: sigprocmask"))
    .map((line) => plain(line, 300));
  const named = lines.find((line) => /^(\w*error|fatal|panic|uncaught \w+)\b/i.test(line));
  const all = plain(lines.join("\n"), 4_096);
  const text = named ?? (all.length > 300 ? `…${all.slice(-300)}` : all);
  return text === "" ? "" : `; its last words: "${text}"`;
}

/** Signals that end a program which gets no memory or must not go on, and the exit codes that shells make of them. */
const CRASHES = new Set<string | number | null>([
  "SIGKILL",
  137,
  "SIGABRT",
  134,
  "SIGSEGV",
  139,
  "SIGTRAP",
  133,
  "SIGILL",
  132,
]);

function hintForEnd(loss: { code: number | null; signal: string | null }, subject: Subject): string {
  if (CRASHES.has(loss.signal ?? loss.code)) {
    return "It may have run into a limit on memory or processes.";
  }
  return `It may need arguments (--args), environment variables (--env NAME=VALUE)${subject.network ? "" : " or the network (--network)"}; its documentation says which.`;
}

function hintForSilence(failure: AskFailure, subject: Subject): string {
  if (subject.transport === "http") return "Try again later, or check that the address is the MCP endpoint.";
  const what = failure.noise === undefined ? "" : "Check that it speaks MCP on its standard output. ";
  return `${what}It may need an argument such as --stdio (--args)${subject.network ? "" : ", or the network (--network)"}.`;
}

function hintForError(subject: Subject): string {
  return subject.network || subject.transport === "http"
    ? "Its documentation may say what it needs."
    : "It may need settings (--env NAME=VALUE) or the network (--network).";
}

function hintForStatus(status: number, retryAfter: string | undefined): string {
  if (status === 429 || status === 503) {
    return retryAfter === undefined
      ? "Try again later."
      : `Try again later; it asks to wait ${/^\s*\d+\s*$/.test(retryAfter) ? `${Number(retryAfter)} s` : `until ${plain(retryAfter, 40)}`}.`;
  }
  if (status === 404 || status === 405 || status === 410)
    return "Check that the address is the MCP endpoint (often /mcp).";
  return status >= 500 ? "Try again later." : "Check the address.";
}

function seconds(ms: number): string {
  return ms >= 1_000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`;
}

function mebibytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MiB` : `${bytes} bytes`;
}
