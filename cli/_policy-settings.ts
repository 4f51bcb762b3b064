import { type Overrides, parseOverrides } from "../policy/index.ts";
import type { ChosenServer } from "./_policy-sources.ts";
import { readYamlSettings } from "./_yaml-settings.ts";
import type { Io } from "./io.ts";
import { brief } from "./render/text.ts";

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
