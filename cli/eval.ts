import { type Command, Option } from "commander";
import type { z } from "zod";
import { type Evaluation, evaluate, type Judged, shareOf } from "../classifier/evaluate.ts";
import { type ClassifyOptions, classify } from "../classifier/index.ts";
import {
  type DefinitionRow,
  definitionOf,
  definitionRowSchema,
  familyOf,
  keyOf,
  type Label,
  labelSchema,
  parseRow,
  RowError,
} from "../classifier/labelled.ts";
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
  const tools = new Map<string, DefinitionRow>();
  for await (const row of rows(options.tools, definitionRowSchema, io)) tools.set(keyOf(row), row);
  const judged: Judged[] = [];
  let without = 0;
  for (const file of options.gold) {
    for await (const label of rows(file, labelSchema, io)) {
      const tool = tools.get(keyOf(label));
      if (!tool) without++;
      else if (options.share === "all" || shareOf(familyOf(tool)) === options.share)
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

function judge(row: DefinitionRow, label: Label, options: ClassifyOptions): Judged {
  const parsed = definitionOf(row);
  const verdict = parsed.ok
    ? classify(parsed.definition, options)
    : { category: "Unknown" as const, risk: "unknown" as const, confidence: 0, because: parsed.problem };
  const { category, risk, confidence, because } = verdict;
  const { server, name } = row;
  return { server, name, label, verdict: { category, risk, confidence, because } };
}

async function* rows<T>(file: string, schema: z.ZodType<T>, io: Io): AsyncGenerator<T> {
  try {
    for await (const { text, number } of readLines(file, io)) {
      if (text.trim() !== "") yield parseRow(schema, text, nameOf(file), number);
    }
  } catch (error) {
    throw error instanceof RowError ? new Failure(error.message) : error;
  }
}

/** Figures to four places: more would pretend to be exact, and would differ between machines. */
function rounded(evaluation: Evaluation): unknown {
  return JSON.parse(
    JSON.stringify(evaluation, (_, value: unknown) =>
      typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
    ),
  );
}
