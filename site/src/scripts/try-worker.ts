/** Classifies what was pasted, apart from the page, so that the page stays usable; keeps the verdicts and hands them out. */
import { correctionsOf } from "../../../policy/index.ts";
import {
  type JudgedText,
  judgeText,
  type PastedPolicy,
  type PolicyChoice,
  policyOfText,
} from "../lib/try.ts";
import { type ToolView, viewOf } from "../lib/try-view.ts";

export type Question =
  | { kind: "judge"; text: string; corrections: Parameters<typeof correctionsOf>[0] }
  | { kind: "views"; from: number; count: number }
  | { kind: "policy"; choice: PolicyChoice }
  | { kind: "file" };

export type Answer =
  | { kind: "count"; count: number }
  | {
      kind: "judged";
      tools: number;
      byRisk: Record<string, number>;
      refused: JudgedText["refused"];
      left: number;
      named: boolean;
      goesOn: boolean;
    }
  | { kind: "problem"; problem: string }
  | { kind: "views"; views: ToolView[]; from: number }
  | { kind: "policy"; policy: PastedPolicy }
  | { kind: "file"; blob: Blob };

/** Refused entries that are told; the file has all. */
const REFUSED_SHOWN = 50;
let judged: JudgedText = { tools: [], refused: [], ndjson: [] };

self.addEventListener("message", ({ data }: MessageEvent<Question>) => void answer(data));

async function answer(question: Question): Promise<void> {
  try {
    tell(await answerTo(question));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    tell({ kind: "problem", problem: `Something in Placard itself went wrong: ${what.slice(0, 300)}` });
  }
}

async function answerTo(question: Question): Promise<Answer> {
  switch (question.kind) {
    case "judge":
      return judge(question);
    case "views": {
      const { from, count } = question;
      return { kind: "views", from, views: judged.tools.slice(from, from + count).map(viewOf) };
    }
    case "policy":
      return { kind: "policy", policy: policyOfText(judged.tools, question.choice) };
    case "file":
      return {
        kind: "file",
        blob: new Blob(
          judged.ndjson.map((line) => `${line}\n`),
          { type: "application/x-ndjson" },
        ),
      };
  }
}

async function judge({ text, corrections }: Extract<Question, { kind: "judge" }>): Promise<Answer> {
  judged = { tools: [], refused: [], ndjson: [] };
  const found = await judgeText(text, correctionsOf(corrections), (count) => tell({ kind: "count", count }));
  if (!found.ok) return { kind: "problem", problem: found.problem };
  judged = found;
  const byRisk: Record<string, number> = {};
  for (const { verdict } of found.tools) byRisk[verdict.risk] = (byRisk[verdict.risk] ?? 0) + 1;
  const refused = found.refused.slice(0, REFUSED_SHOWN);
  const named = found.tools.every(({ server }) => server !== undefined);
  return {
    kind: "judged",
    tools: found.tools.length,
    byRisk,
    refused,
    left: found.refused.length - refused.length,
    named,
    goesOn: found.goesOn === true,
  };
}

function tell(message: Answer): void {
  self.postMessage(message);
}
