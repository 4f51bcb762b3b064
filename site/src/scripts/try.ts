/** The try page: hands the text to the worker, draws what comes back. Nothing leaves the browser. */

import { drawRefused, drawTool, element } from "../lib/try-draw.ts";
import { RISKS_WORST_FIRST } from "../lib/words.ts";
import type { Answer, Question } from "./try-worker.ts";
import workerAddress from "./try-worker.ts?worker&url";

const VIEWS = 50;
const EXAMPLE = [
  {
    name: "read_note",
    description: "Reads one note by its id.",
    inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    annotations: { readOnlyHint: true },
  },
  {
    name: "send_note",
    description: "Sends a note by e-mail to any address.",
    inputSchema: {
      type: "object",
      properties: { id: { type: "string" }, to: { type: "string", format: "email" } },
      required: ["id", "to"],
    },
  },
  {
    name: "purge_notes",
    description: "Permanently deletes all notes of the account. This cannot be undone.",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
  },
];

const form = find<HTMLFormElement>("#try-form");
const area = find<HTMLTextAreaElement>("#try-text");
const file = find<HTMLInputElement>("#try-file");
const status = find("#try-status");
const results = find("#try-results");
const list = find("#try-tools");
const more = find<HTMLButtonElement>("#try-more");
const policyForm = find<HTMLFormElement>("#try-policy");
const policyText = find("#policy-document");
const policyFile = find<HTMLButtonElement>("#policy-download");
const losses = find("#policy-losses");
/** The link to one rule, and its id in it: where a site stands under a path, the links of its pages know it. */
const ruleLink = find<HTMLTemplateElement>("#try-rule").content.querySelector("a");

/** Loaded with the page, so that afterwards nothing has to be. It stands beside this script, wherever that is. */
const worker = new Worker(new URL(workerAddress.replace(/^.*\//, ""), import.meta.url), { type: "module" });
let total = 0;
let written: { text: string; file: string; mediaType: string } | undefined;

worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => show(data));
worker.addEventListener("error", () =>
  say("The classifier could not be loaded. Load this page again, or use the command below.", true),
);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});
find("#try-example").addEventListener("click", () => {
  area.value = JSON.stringify({ tools: EXAMPLE }, null, 2);
  file.value = "";
  void start();
});
more.addEventListener("click", () => ask({ kind: "views", from: list.childElementCount, count: VIEWS }));
find("#try-download").addEventListener("click", () => ask({ kind: "file" }));
policyForm.addEventListener("submit", (event) => event.preventDefault());
policyForm.addEventListener("change", askPolicy);
policyFile.addEventListener("click", () => {
  if (written) save(new Blob([written.text], { type: written.mediaType }), written.file);
});
form.hidden = false;

async function start(): Promise<void> {
  const chosen = file.files?.[0];
  setBusy(true);
  say("Reading …");
  try {
    const text = chosen ? await chosen.text() : area.value;
    ask({ kind: "judge", text, corrections: JSON.parse(form.dataset.corrections ?? "[]") });
  } catch {
    setBusy(false);
    say("The file could not be read. Choose it again, or paste its text.", true);
  }
}

function show(answer: Answer): void {
  if (answer.kind === "count") say(`Classified ${answer.count.toLocaleString("en-GB")} …`);
  else if (answer.kind === "problem") {
    setBusy(false);
    results.hidden = true;
    say(answer.problem, true);
  } else if (answer.kind === "judged") showJudged(answer);
  else if (answer.kind === "views") {
    for (const view of answer.views) list.append(drawTool(view, ruleOf));
    more.hidden = list.childElementCount >= total;
  } else if (answer.kind === "policy") showPolicy(answer.policy);
  else save(answer.blob, "verdicts.ndjson");
}

function showJudged({
  tools,
  byRisk,
  refused,
  left,
  named,
  goesOn,
}: Extract<Answer, { kind: "judged" }>): void {
  setBusy(false);
  total = tools;
  list.replaceChildren();
  find("#try-refused").replaceChildren(...drawRefused(refused, left));
  find("#try-alias").hidden = named;
  results.hidden = false;
  find("#try-policy-part").hidden = tools === 0;
  const counts = RISKS_WORST_FIRST.filter((risk) => byRisk[risk]).map(
    (risk) => `${byRisk[risk]?.toLocaleString("en-GB")} ${risk}`,
  );
  const all = `${tools.toLocaleString("en-GB")} ${tools === 1 ? "tool" : "tools"}${counts.length > 0 ? `: ${counts.join(", ")}` : ""}.`;
  say(
    goesOn
      ? `${all} The list goes on: it has a nextCursor. Ask the server for the rest, and paste that too.`
      : all,
    goesOn,
  );
  ask({ kind: "views", from: 0, count: VIEWS });
  if (tools > 0) askPolicy();
}

function askPolicy(): void {
  const fields = new FormData(policyForm);
  const field = (name: string) => String(fields.get(name) ?? "");
  ask({
    kind: "policy",
    choice: { format: field("format"), preset: field("preset"), alias: field("alias") },
  });
}

function showPolicy(policy: Extract<Answer, { kind: "policy" }>["policy"]): void {
  written = policy.ok ? policy : undefined;
  policyText.textContent = policy.ok ? policy.text : policy.problem;
  policyFile.hidden = !policy.ok;
  policyFile.textContent = policy.ok ? `Download ${policy.file}` : "";
  const told = policy.ok ? policy.losses : [];
  losses.replaceChildren(
    ...told.map(({ what, instead, tools }) =>
      element(
        "li",
        {},
        element("strong", {}, what),
        ` ${instead} (${tools.length.toLocaleString("en-GB")} ${tools.length === 1 ? "tool" : "tools"})`,
      ),
    ),
  );
  find("#policy-losses-title").hidden = told.length === 0;
}

function ruleOf(id: string): string {
  const [known, sample] = [ruleLink?.getAttribute("href") ?? "", ruleLink?.textContent ?? ""];
  const at = known.lastIndexOf(sample);
  return known.slice(0, at) + encodeURIComponent(id) + known.slice(at + sample.length);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function ask(question: Question): void {
  worker.postMessage(question);
}

function say(sentence: string, isProblem = false): void {
  status.textContent = sentence;
  status.classList.toggle("notice", isProblem);
  // On a small screen the sentence stands below the fold.
  if (isProblem) status.scrollIntoView({ block: "nearest" });
}

function setBusy(busy: boolean): void {
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
}

function find<Found extends HTMLElement = HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`The try page has no ${selector}.`);
  return found;
}
