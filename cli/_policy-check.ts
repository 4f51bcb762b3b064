import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { compareDigests, policyDigests, policyDigestsSchema } from "../policy/index.ts";
import { putOut } from "./_policy-export.ts";
import type { ChosenServer } from "./_policy-sources.ts";
import { textOf } from "./_yaml-settings.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief, safe, safeJson } from "./render/text.ts";

/** What stands beside a policy's file. Files from before `document` was written lack it. */
const besideSchema = policyDigestsSchema.extend({
  /** The digest of the document's bytes, as written. */
  document: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
});

/** The file with the digests that belongs to a policy's file. */
function besideOf(file: string): string {
  return `${file}.placard.json`;
}

function documentDigest(document: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(document).digest("hex")}`;
}

/**
 * Writes beside a policy which definitions it was made for, and what the document was.
 * @param text the document as written to `file`
 * @throws Failure when the file cannot be written.
 */
export async function putDigests(served: ChosenServer[], text: string, file: string, io: Io): Promise<void> {
  const beside = { ...policyDigests(served), document: documentDigest(text) };
  await putOut(`${safeJson(beside, 2)}\n`, besideOf(file), io);
}

/**
 * Says what has changed since a policy was written: tools of the servers asked about, and the document; exit code 1
 * when anything has. What was not compared goes to stderr.
 * @throws Failure when nothing says what the policy was made for.
 */
export async function checkDigests(served: ChosenServer[], file: string, io: Io): Promise<void> {
  const made = await readBeside(besideOf(file));
  const now = policyDigests(served);
  const changes = compareDigests(made, now);
  const lines = (["changed", "added", "removed"] as const).flatMap((what) =>
    changes[what].map(({ server, tool }) => `${what}  ${safe(server)}  ${brief(tool, 120)}`),
  );
  const definitionsChanged = lines.length > 0;
  const state = made.document === undefined ? undefined : await documentState(file, made.document);
  if (state !== undefined && state !== "same") lines.push(`${state}  ${safe(file)}`);
  noteUnchecked(
    Object.keys(made.servers).filter((server) => !Object.hasOwn(now.servers, server)),
    io,
  );
  if (state === undefined) {
    io.note(
      `placard: nothing says what ${safe(file)} held when it was written, so only definitions were compared. Write it anew with --out.`,
    );
  }
  await io.out(lines.length > 0 ? `${lines.join("\n")}\n` : UNCHANGED);
  if (lines.length === 0) return;
  io.note(`placard: ${definitionsChanged ? UNJUDGED : UNLIKE}`);
  io.exit(EXIT.findings);
}

const UNJUDGED =
  "what is changed or added was not judged when the policy was written. Look at it (placard explain), then write the policy anew with --out.";
const UNLIKE =
  "no definition has changed, but the policy is not what was written. See who changed it, and why; --out writes it anew, without those changes.";
const UNCHANGED =
  "No definition has changed since the policy was made. Rules, corrections and your own configuration were not compared.\n";

async function readBeside(beside: string): Promise<z.infer<typeof besideSchema>> {
  if (!existsSync(beside)) {
    throw new Failure(
      `reading what the policy was made for from ${safe(beside)}: it is not there. --out writes it beside a policy: write the policy with --out instead of >.`,
      EXIT.usage,
    );
  }
  const text = await textOf(beside, "reading what the policy was made for from");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const made = besideSchema.safeParse(data);
  if (made.success) return made.data;
  throw new Failure(
    `reading what the policy was made for from ${safe(beside)}: it holds no digests. Write the policy anew with --out.`,
    EXIT.usage,
  );
}

/** Whether a document is as it was written. */
async function documentState(file: string, digest: string): Promise<"same" | "edited" | "missing"> {
  try {
    return documentDigest(await readFile(file)) === digest ? "same" : "edited";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "missing";
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`reading the policy ${safe(file)}: ${brief(why, 200)}. May you read it?`, EXIT.usage);
  }
}

function noteUnchecked(servers: string[], io: Io): void {
  if (servers.length === 0) return;
  const names = servers.slice(0, 10).map((server) => brief(server, 120));
  const more = servers.length > 10 ? ` and ${servers.length - 10} more` : "";
  io.note(
    `placard: the policy was also made for servers that were not asked about, and so not compared: ${names.join(", ")}${more}.`,
  );
}
