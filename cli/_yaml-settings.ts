import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { EXIT, Failure } from "./failure.ts";
import { brief, safe } from "./render/text.ts";

/** What a check of a settings file's data found: the settings, or a sentence for each thing that is wrong. */
type Checked<Settings> = { ok: true; value: Settings } | { ok: false; problems: string[] };

/** Sentences shown at most; a file of another kind would give one for each of its entries. */
const SHOWN = 10;

/**
 * The text of a file that the user named.
 * @param doing what it is read for, up to the file's name: "reading the configuration".
 * @throws Failure when it cannot be read.
 */
export async function textOf(file: string, doing: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`${doing} ${safe(file)}: ${brief(why, 200)}. Is the file there?`, EXIT.usage);
  }
}

/**
 * Settings from a YAML file.
 * @param doing as for `textOf`.
 * @param check says what the data means, or what is wrong with it and where.
 * @throws Failure when it cannot be read, is not YAML or does not pass.
 */
export async function readYamlSettings<Settings>(
  file: string,
  doing: string,
  check: (data: unknown) => Checked<Settings>,
): Promise<Settings> {
  const text = await textOf(file, doing);
  let data: unknown;
  try {
    data = parse(text, { maxAliasCount: 10 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`${doing} ${safe(file)} as YAML: ${brief(firstLine(why), 300)}.`, EXIT.usage);
  }
  const checked = check(data);
  if (checked.ok) return checked.value;
  const { problems } = checked;
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more.`] : [];
  const lines = [...problems.slice(0, SHOWN).map((problem) => brief(problem, 300)), ...more];
  throw new Failure(`${doing} ${safe(file)}:\n  ${lines.join("\n  ")}`, EXIT.usage);
}

/** The parser's sentence with its line and column, without the piece of the file that it draws below. */
function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/[:.]$/, "");
}
