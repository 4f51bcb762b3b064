import { type Command, Option } from "commander";
import { z } from "zod";
import { type Evaluation, evaluate, type Judged, shareOf } from "../classifier/evaluate.ts";
import { CATEGORIES, type ClassifyOptions, classify, parseDefinition, RISKS } from "../classifier/index.ts";
import { nameOf, readLines } from "./_lines.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { renderEvaluation } from "./render/evaluation.ts";

interface EvalOptions {
  tools: string;
  gold: string[];
  share: "all" | "tune" | "held";
  errors: string;
  rulesOnly?: boolean;
  json?: boolean;
}

const labelSchema = z.looseObject({
  server: z.string(),
  name: z.string(),
  category: z.enum(CATEGORIES).exclude(["Unknown"]),
  risk: z.enum(RISKS).exclude(["unknown"]),
  alternatives: z.array(z.enum(CATEGORIES)).default([]),
});

const toolSchema = z.looseObject({ server: z.string(), name: z.string(), family: z.string().optional() });

/** What of a corpus row the server served; the other keys say where the row comes from. */
const SERVED = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

/** `placard eval`: how right the verdicts are, measured on definitions that somebody labelled by reading them. */
export function defineEval(program: Command, io: Io): void {
  program
    .command("eval")
    .description(
      "Measure the verdicts on labelled definitions: accuracy, confusion, risk, calibration, errors.",
    )
    .requiredOption("--tools <file>", "definitions, JSON Lines with server and name")
    .requiredOption("--gold <file...>", "labels, JSON Lines with server, name, category, risk, alternatives")
    .addOption(
      new Option("--share <share>", "which families to measure on: those to tune on, those held back, or all")
        .choices(["all", "tune", "held"])
        .default("all"),
    )
    .option("--rules-only", "leave the trained model out")
    .option("--errors <number>", "how many errors to list", "20")
    .option("--json", "print everything as JSON, every error included")
    .addHelpText(
      "after",
      `
A family (the key "family" of a definition, else its server) is held back when its name's hash leaves no remainder
divided by six, so that rules can be tuned on most of the servers and measured on the rest.

Examples:
  placard eval --tools tools-dev.jsonl --gold labels-dev.jsonl gold-dev.jsonl --share held
  placard eval --tools tools-dev.jsonl --gold gold-dev.jsonl --json > figures.json

Exit codes:
  0  measured     2  wrong usage     3  a file cannot be read, or no label has its definition`,
    )
    .action((options: EvalOptions) => runEval(options, io));
}

async function runEval(options: EvalOptions, io: Io): Promise<void> {
  if (!/^\d+$/.test(options.errors)) {
    throw new Failure(
      `Reading --errors "${options.errors}": it is not a number. Try --errors 20.`,
      EXIT.usage,
    );
  }
  const tools = new Map<string, z.infer<typeof toolSchema>>();
  for await (const row of rows(options.tools, toolSchema, io)) tools.set(keyOf(row), row);
  const judged: Judged[] = [];
  let without = 0;
  for (const file of options.gold) {
    for await (const label of rows(file, labelSchema, io)) {
      const tool = tools.get(keyOf(label));
      if (!tool) without++;
      else if (options.share === "all" || shareOf(tool.family ?? tool.server) === options.share)
        judged.push(judge(tool, label, { model: !options.rulesOnly }));
    }
  }
  if (judged.length === 0) {
    throw new Failure(
      `measuring on ${options.gold.map(nameOf).join(", ")}: no label has its definition in ${nameOf(options.tools)}. Both files name a tool by "server" and "name".`,
    );
  }
  if (without > 0)
    io.note(`placard: ${without} labels have no definition in ${nameOf(options.tools)} and were left out.`);
  const evaluation = evaluate(judged);
  await io.out(
    options.json
      ? `${JSON.stringify(rounded(evaluation))}\n`
      : renderEvaluation(evaluation, Number(options.errors)),
  );
}

function judge(
  tool: z.infer<typeof toolSchema>,
  label: z.infer<typeof labelSchema>,
  options: ClassifyOptions,
): Judged {
  const served = Object.fromEntries(SERVED.filter((key) => key in tool).map((key) => [key, tool[key]]));
  const parsed = parseDefinition(served);
  const verdict = parsed.ok
    ? classify(parsed.definition, options)
    : { category: "Unknown" as const, risk: "unknown" as const, confidence: 0, because: parsed.problem };
  const { category, risk, confidence, because } = verdict;
  return {
    server: tool.server,
    name: tool.name,
    label: { category: label.category, risk: label.risk, alternatives: label.alternatives },
    verdict: { category, risk, confidence, because },
  };
}

async function* rows<T>(file: string, schema: z.ZodType<T>, io: Io): AsyncGenerator<T> {
  for await (const { text, number } of readLines(file, io)) {
    if (text.trim() === "") continue;
    const row = schema.safeParse(parseLine(file, text, number));
    if (!row.success) {
      const [issue] = row.error.issues;
      throw new Failure(
        `reading ${nameOf(file)}, line ${number}: at "${issue?.path.join(".")}": ${issue?.message}.`,
      );
    }
    yield row.data;
  }
}

function parseLine(file: string, text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      `reading ${nameOf(file)}, line ${number}: it is not JSON. Give JSON Lines, one object a line.`,
    );
  }
}

const keyOf = ({ server, name }: { server: string; name: string }): string => JSON.stringify([server, name]);

/** Figures to four places: more would pretend to be exact, and would differ between machines. */
function rounded(evaluation: Evaluation): unknown {
  return JSON.parse(
    JSON.stringify(evaluation, (_, value: unknown) =>
      typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
    ),
  );
}
