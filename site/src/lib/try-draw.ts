/** Draws verdicts in the browser as tool pages do. Strangers' text becomes text nodes and nothing else. */
import { annotate } from "./annotate.ts";
import { markSvg } from "./mark.ts";
import type { MarkedText, ToolView } from "./try-view.ts";
import { RISK_LABEL, SEVERITY } from "./words.ts";

type RuleUrl = (id: string) => string;

/** An element with attributes and children; strings become text. */
export function element(
  name: string,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** One verdict: a line, and behind it, drawn when it is opened, why. */
export function drawTool(view: ToolView, ruleUrl: RuleUrl): HTMLElement {
  const { category, risk, confidence, facets } = view;
  const sure = category === "Unknown" ? "" : `, ${Math.min(99, Math.round(confidence * 100))} % sure`;
  const words = `${category}, ${RISK_LABEL[risk].toLowerCase()}${sure}${facets.length > 0 ? ` · touches ${facets.join(", ")}` : ""}`;
  const details = element(
    "details",
    { class: "why" },
    element("summary", {}, "Why, and the words that prove it"),
  );
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(...drawReasons(view, ruleUrl));
  });
  return element(
    "li",
    {},
    markOf(view),
    element(
      "div",
      {},
      element("h3", { class: "machine" }, element("bdi", {}, ...plain(view.name.text))),
      element("p", { class: `risk-text risk-${risk}` }, words),
      element("p", { dir: "auto" }, ...plain(view.summary)),
      ...(view.findings.length > 0 ? [drawFindings(view, ruleUrl)] : []),
      details,
      ...(view.server === undefined
        ? []
        : [element("p", { class: "sub" }, "of ", element("bdi", {}, ...plain(view.server)))]),
    ),
  );
}

/** Entries that are no definitions: where, and why. */
export function drawRefused(
  refused: { name?: string; place?: string; server?: string; error: string }[],
  left: number,
): HTMLElement[] {
  if (refused.length === 0) return [];
  const rows = refused.map(({ name, place, error }) =>
    element(
      "li",
      {},
      element("strong", {}, place ?? "An entry"),
      " ",
      ...(name ? [element("bdi", { class: "machine" }, ...plain(name.slice(0, 120))), ": "] : []),
      element("bdi", {}, ...plain(error.slice(0, 400))),
    ),
  );
  const rest =
    left > 0
      ? [element("p", { class: "quiet" }, `… and ${left.toLocaleString("en-GB")} more, in the file.`)]
      : [];
  return [element("h3", {}, "Left out"), element("ul", {}, ...rows), ...rest];
}

function drawReasons(view: ToolView, ruleUrl: RuleUrl): HTMLElement[] {
  const { because, notBecause, title, description, notes, branches, conflicts, suggested } = view;
  return [
    element("p", {}, ...plain(because)),
    ...(notBecause.length > 0
      ? [
          element(
            "ul",
            {},
            ...notBecause.map(({ category, why }) =>
              element("li", {}, element("strong", {}, `Not ${category}`), ": ", ...plain(why)),
            ),
          ),
        ]
      : []),
    element(
      "div",
      { class: "definition" },
      ...drawServed("name", view.name, view, ruleUrl),
      ...(title ? drawServed("title", title, view, ruleUrl) : []),
      ...(description
        ? drawServed("description", description, view, ruleUrl)
        : [element("p", { class: "quiet" }, "There is no description.")]),
    ),
    ...(notes.length > 0
      ? [
          element("h4", {}, "Evidence"),
          element("ol", { class: "notes" }, ...notes.map((note) => drawNote(note, ruleUrl))),
        ]
      : []),
    ...(branches.length > 0
      ? [
          element("h4", {}, "By argument"),
          element(
            "ul",
            {},
            ...branches.map(({ argument, value, category, risk }) =>
              element(
                "li",
                {},
                element("bdi", { class: "machine" }, ...plain(`${argument} = ${value}`)),
                `: ${category}, ${RISK_LABEL[risk].toLowerCase()}`,
              ),
            ),
          ),
        ]
      : []),
    ...(conflicts.length > 0
      ? [
          element("h4", {}, "Annotations that contradict it"),
          element(
            "ul",
            {},
            ...conflicts.map(({ hint, declared, why }) =>
              element("li", {}, element("code", {}, `${hint}: ${declared}`), " ", ...plain(why)),
            ),
          ),
        ]
      : []),
    ...(suggested === undefined
      ? []
      : [
          element("h4", {}, "Annotations we would write"),
          element("div", { class: "code" }, element("pre", { tabindex: "0" }, suggested)),
        ]),
  ];
}

function drawServed(label: string, served: MarkedText, { notes }: ToolView, ruleUrl: RuleUrl): HTMLElement[] {
  const children = annotate(served.text, served.marks).map((piece) => {
    const text = runs(piece.runs);
    const push = notes[(piece.notes[0] ?? 0) - 1]?.pushes[0];
    const numbers =
      piece.ends.length > 0 ? [element("sup", { class: "note-refs" }, piece.ends.join(" "))] : [];
    const shown = push
      ? [element("a", { class: "evidence", href: ruleUrl(push.rule), title: push.title }, ...text)]
      : text;
    return [...shown, ...numbers];
  });
  const left =
    served.left > 0
      ? [element("em", {}, ` … and ${served.left.toLocaleString("en-GB")} more characters.`)]
      : [];
  return [
    element("h4", { class: "label" }, label),
    element("div", { class: "served", dir: "auto" }, ...children.flat(), ...left),
  ];
}

function drawNote({ excerpt, pointer, pushes }: ToolView["notes"][number], ruleUrl: RuleUrl): HTMLElement {
  return element(
    "li",
    {},
    element("q", {}, element("bdi", {}, ...plain(excerpt))),
    element(
      "span",
      { class: "quiet note-place" },
      " in ",
      element("code", {}, element("bdi", {}, ...plain(pointer || "/"))),
    ),
    ...pushes.map(({ rule, title, what }) =>
      element(
        "span",
        { class: "note-rule" },
        element("a", { href: ruleUrl(rule) }, title),
        ...(what ? [" ", element("span", { class: "note-push" }, what)] : []),
      ),
    ),
  );
}

function drawFindings({ findings }: ToolView, ruleUrl: RuleUrl): HTMLElement {
  return element(
    "ul",
    { class: "findings" },
    ...findings.map(({ severity, message, rule, title }) =>
      element(
        "li",
        { class: `severity-${severity}` },
        element("strong", {}, `${SEVERITY[severity].sign} ${SEVERITY[severity].label}`),
        element(
          "span",
          {},
          ...plain(message),
          element("span", { class: "sub" }, element("a", { href: ruleUrl(rule) }, title)),
        ),
      ),
    ),
  );
}

function plain(text: string): (Node | string)[] {
  return annotate(text, []).flatMap((piece) => runs(piece.runs));
}

function runs(list: ReturnType<typeof annotate>[number]["runs"]): (Node | string)[] {
  return list.map((run) =>
    "text" in run
      ? run.text
      : element("span", { class: "hidden-character", title: "A character that does not show" }, run.code),
  );
}

/** `markSvg` writes none but our own words. */
function markOf({ category, risk }: ToolView): HTMLElement {
  const box = element("span", { class: "mark-box" });
  const parsed = new DOMParser().parseFromString(markSvg(category, risk, "hidden"), "text/html").body
    .firstElementChild;
  if (parsed) box.append(document.adoptNode(parsed));
  return box;
}
