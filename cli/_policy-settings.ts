import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import {
  compareDigests,
  type JudgedTool,
  type Overrides,
  parseOverrides,
  policyDigests,
  policyDigestsSchema,
} from "../policy/index.ts";
import { putOut } from "./_policy-export.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief, safe, safeJson } from "./render/text.ts";

type Served = { server: string; tools: JudgedTool[] }[];

async function textOf(file: string, doing: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`${doing} ${safe(file)}: ${brief(why, 200)}. Is the file there?`, EXIT.usage);
  }
}

/**
 * The user's own word on a policy, from a `placard.yaml`.
 * @throws Failure when the file cannot be read or says something else.
 */
export async function readOverrides(file: string): Promise<Overrides> {
  const text = await textOf(file, "reading the configuration");
  let data: unknown;
  try {
    data = parse(text, { maxAliasCount: 10 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`reading the configuration ${safe(file)} as YAML: ${brief(why, 300)}`, EXIT.usage);
  }
  const parsed = parseOverrides(data);
  if (parsed.ok) return parsed.value;
  const problems = parsed.problems.map((problem) => brief(problem, 300)).join("\n  ");
  throw new Failure(`reading the configuration ${safe(file)}:\n  ${problems}`, EXIT.usage);
}

/** The file with the digests that belongs to a policy's file. */
function besideOf(file: string): string {
  return `${file}.placard.json`;
}

/** Writes beside a policy which definitions it was made for. */
export async function putDigests(served: Served, file: string, io: Io): Promise<void> {
  await putOut(`${safeJson(policyDigests(served), 2)}\n`, besideOf(file), io);
}

/**
 * Says which tools have changed since a policy was made; exit code 1 when any has.
 * @throws Failure when nothing says what the policy was made for.
 */
export async function checkDigests(served: Served, file: string, io: Io): Promise<void> {
  const beside = besideOf(file);
  const text = await textOf(beside, "reading what the policy was made for from");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const made = policyDigestsSchema.safeParse(data);
  if (!made.success) {
    throw new Failure(
      `reading what the policy was made for from ${safe(beside)}: it holds no digests. Write the policy anew with --out.`,
      EXIT.usage,
    );
  }
  const changes = compareDigests(made.data, policyDigests(served));
  const lines = (["changed", "added", "removed"] as const).flatMap((what) =>
    changes[what].map(({ server, tool }) => `${what}  ${safe(server)}  ${brief(tool, 120)}`),
  );
  await io.out(
    lines.length > 0 ? `${lines.join("\n")}\n` : "Nothing has changed since the policy was made.\n",
  );
  if (lines.length > 0) io.exit(EXIT.findings);
}
