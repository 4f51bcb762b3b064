/**
 * `npm run figures [corpus folder]`: measures the verdicts and writes `figures.json`, which the method page shows: on the
 * families held back, with and without the trained model, and on the definitions in our own words.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Evaluation } from "../classifier/evaluate.ts";
import { RULES_VERSION } from "../classifier/index.ts";

const root = resolve(import.meta.dirname, "..");
const corpus = resolve(process.argv[2] ?? `${root}/../shared/corpus`);

/** Figures of one set of labels. Without the list of errors, which quotes the definitions. */
export type Figures = Omit<Evaluation, "errors">;

/** What `figures.json` holds. */
export interface FiguresFile {
  rules: string;
  held: Figures;
  heldRulesOnly: Figures;
  own: Figures;
}

const held = [
  ...["--tools", `${corpus}/tools-dev.jsonl`],
  ...["--gold", `${corpus}/labels-dev.jsonl`, `${corpus}/gold-dev.jsonl`, "--share", "held"],
];
const own = ["--tools", `${root}/eval/own/tools.jsonl`, "--gold", `${root}/eval/own/labels.jsonl`];

const figures: FiguresFile = {
  rules: RULES_VERSION,
  held: measure(held),
  heldRulesOnly: measure([...held, "--rules-only"]),
  own: measure(own),
};
writeFileSync(`${root}/eval/figures.json`, `${JSON.stringify(figures, null, 1)}\n`);
updateReadme(figures);

function measure(options: string[]): Figures {
  const output = execFileSync(process.execPath, [`${root}/cli/index.ts`, "eval", ...options, "--json"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const { errors: _, ...rest } = JSON.parse(output) as Evaluation;
  return rest;
}

/** Puts the figures between the README's two marks, so that nobody has to copy them. */
function updateReadme({ held: both, heldRulesOnly: rules, own: ours }: FiguresFile): void {
  const percent = ({ value }: { value: number }) => `${(100 * value).toFixed(1)} %`;
  const row = (what: string, of: (figures: Figures) => string) => `| ${what} | ${of(both)} | ${of(rules)} |`;
  const sure = both.calibration.at(-1);
  const text = [
    "| | rules and model | rules alone (`--rules-only`) |",
    "| --- | --- | --- |",
    row("category as labelled", ({ strict }) => percent(strict)),
    row("as labelled, or a defensible other one", ({ lenient }) => percent(lenient)),
    row("macro-F1 (95 % interval)", ({ macroF1: { value, low, high } }) =>
      [value.toFixed(2), `(${low.toFixed(2)} to ${high.toFixed(2)})`].join(" "),
    ),
    row("risk as labelled; two levels too low", ({ risk }) =>
      [percent(risk.exact), percent(risk.twoTooLow)].join("; "),
    ),
    row("tools that execute, destroy or spend called Read", ({ dangerAsRead }) => percent(dangerAsRead)),
    row("Unknown", ({ unknown }) => percent(unknown)),
    "",
    `Of verdicts with a confidence of 0.9 or more, ${percent({ value: (sure?.right ?? 0) / (sure?.tools ?? 1) })} are as labelled.`,
    `On ${ours.tools} definitions in our own words, of servers that do not exist and in nine languages, it is ` +
      `${percent(ours.strict)} as labelled, ${percent(ours.lenient)} defensible, macro-F1 ${ours.macroF1.value.toFixed(2)}, and ` +
      `${percent(ours.dangerAsRead)} of the dangerous ones called Read.`,
  ].join("\n");
  const readme = readFileSync(`${root}/README.md`, "utf8");
  const marks = /(<!-- figures -->\n)[\s\S]*?(\n<!-- \/figures -->)/;
  if (!marks.test(readme)) throw new Error("Writing the figures into README.md: the marks are not there.");
  writeFileSync(
    `${root}/README.md`,
    readme.replace(marks, (_, before, after) => `${before}${text}${after}`),
  );
}
