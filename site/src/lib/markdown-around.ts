/** What stands around a tool, as Markdown: who else judged it, questions, what replaced it, what is like it elsewhere. */
import type { Verdict } from "../../../classifier/index.ts";
import type { AlikeTool } from "../../../db/index.ts";
import type { CorrectedVerdict } from "../../../policy/index.ts";
import type { ApiReview } from "../api/types.ts";
import { markdownUrl, serverUrl, toolUrl } from "./addresses.ts";
import type { Answer } from "./answer.ts";
import type { ElsewhereView } from "./elsewhere.ts";
import type { Successors } from "./lost-tool.ts";
import { markLabel } from "./mark.ts";
import { bullets, code, link, plain, section } from "./markdown-text.ts";
import { dateWords, dayWords } from "./words.ts";

/** Questions about one tool, with their answers. */
export function answersPart(answers: Answer[]): string | undefined {
  const parts = answers.flatMap(({ question, text, points }) => [
    `### ${plain(question)}`,
    plain(text, 1_000),
    bullets(
      points.map(({ text: words, code: machine, isCodeFirst }) => {
        const said = words ? plain(words, 1_000) : "";
        if (!machine) return said;
        return isCodeFirst ? `${code(machine)}: ${said}` : `${said} ${code(machine)}`.trim();
      }),
    ),
  ]);
  return section("Questions", ...parts);
}

/** That a server no longer lists a tool, since when, and what it lists in its place. */
export function gonePart(
  { server, goneSince }: { server: string; goneSince?: string },
  successors?: Successors,
): string | undefined {
  if (goneSince === undefined) return undefined;
  const named = (name: string) => link(code(name, 200), markdownUrl(toolUrl(server, name)));
  const gone = `The server no longer lists this tool, since ${dateWords(goneSince)}. This is the last definition it gave.`;
  if (successors?.renamed !== undefined)
    return `${gone} It has the same tool under another name now: ${named(successors.renamed)}.`;
  const near = successors?.near ?? [];
  if (near.length === 0) return gone;
  return `${gone} What it lists now under a name like it, which may do something else: ${near.map(named).join(", ")}.`;
}

/** Tools of other servers that are like this one. */
export function elsewherePart(view: ElsewhereView): string | undefined {
  const line = ({ server, name, category, risk }: AlikeTool) => {
    const words = category === "Unknown" ? "Unknown" : markLabel(category, risk);
    const of = link(code(server), markdownUrl(serverUrl(server)));
    return `${link(code(name, 120), markdownUrl(toolUrl(server, name)))} of ${of}: ${words}`;
  };
  const same = view.same.items.map(({ server, name }) =>
    link(code(server), markdownUrl(toolUrl(server, name))),
  );
  return section(
    "On other servers",
    same.length > 0 ? `The very same definition: ${view.sameWords}` : undefined,
    bullets(same),
    ...view.groups.flatMap(({ title, text, tools }) => [`### ${title}`, text, bullets(tools.map(line))]),
    view.none,
  );
}

/** Who corrected the verdict, and what stood there before. */
export function correctionPart({ correction }: CorrectedVerdict): string | undefined {
  if (!correction) return undefined;
  const { who, when, why, classified } = correction;
  return section(
    "Corrected by a reader",
    `${plain(who)} read this definition on ${dayWords(when)}: ${plain(why, 1_000)}`,
    `The classifier said **${markLabel(classified.category, classified.risk)}**. ${plain(classified.because, 1_000)}`,
  );
}

/** What the rules said, what a model said of it, and which of the two counts. */
export function reviewPart({ review }: Verdict & { review?: ApiReview }): string | undefined {
  if (!review) return undefined;
  const { offline, said, model, note } = review;
  return section(
    "Which stage said what",
    `The rules said **${markLabel(offline.category, offline.risk)}**. The model ${code(model, 200)} ${said ? `said **${markLabel(said.category, said.risk)}**` : "gave no answer that can be used"}. ${plain(note, 1_000)}`,
  );
}
