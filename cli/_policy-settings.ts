import {
  compareDigests,
  type Overrides,
  parseOverrides,
  policyDigests,
  policyDigestsSchema,
} from "../policy/index.ts";
import { putOut } from "./_policy-export.ts";
import type { ChosenServer } from "./_policy-sources.ts";
import { readYamlSettings, textOf } from "./_yaml-settings.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { brief, safe, safeJson } from "./render/text.ts";

/**
 * The user's own word on a policy, from a `placard.yaml`.
 * @throws Failure when the file cannot be read or says something else.
 */
export function readOverrides(file: string): Promise<Overrides> {
  return readYamlSettings(file, "reading the configuration", parseOverrides);
}

/**
 * Says on stderr which of the user's words on tools are about none of these: a misspelt name would go unnoticed. Words
 * on tools of servers that are not asked about are left alone.
 */
export function noteUnused({ tools = {} }: Overrides, served: ChosenServer[], io: Io): void {
  const known = new Set(
    served.flatMap(({ server, tools }) =>
      tools.flatMap(({ definition: { name } }) => [name, `${server}/${name}`]),
    ),
  );
  const isOurs = (key: string) =>
    !key.includes("/") || served.some(({ server }) => key.startsWith(`${server}/`));
  const unused = Object.keys(tools).filter((key) => isOurs(key) && !known.has(key));
  if (unused.length === 0) return;
  const names = unused.slice(0, 10).map((key) => brief(key, 120));
  const more = unused.length > 10 ? ` and ${unused.length - 10} more` : "";
  io.note(
    `placard: the configuration names tools that are not here, so what it says of them does nothing: ${names.join(", ")}${more}.`,
  );
}

/** The file with the digests that belongs to a policy's file. */
function besideOf(file: string): string {
  return `${file}.placard.json`;
}

/** Writes beside a policy which definitions it was made for. */
export async function putDigests(served: ChosenServer[], file: string, io: Io): Promise<void> {
  await putOut(`${safeJson(policyDigests(served), 2)}\n`, besideOf(file), io);
}

/**
 * Says which tools have changed since a policy was made; exit code 1 when any has.
 * @throws Failure when nothing says what the policy was made for.
 */
export async function checkDigests(served: ChosenServer[], file: string, io: Io): Promise<void> {
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
