/** The comparison of two servers, or of two versions of one, as Markdown. */
import { compareUrl, markdownUrl, policiesUrl, serversUrl, serverUrl, toolUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { type ComparePage, prepareComparePage, type SideFigures } from "./compare.ts";
import type { DifferentTool, PropertyChange, ToolComparison } from "./compare-tools.ts";
import { markLabel } from "./mark.ts";
import type { MarkdownAnswer } from "./markdown-lists.ts";
import { bullets, code, fence, LIMITS, link, page, plain, section, table } from "./markdown-text.ts";
import type { Change } from "./word-diff.ts";
import { CATEGORIES_WORST_FIRST, count, RISKS_WORST_FIRST } from "./words.ts";

type Listed = ToolComparison["same"];

const MOST_NAMED = 200;

/** What the address asks for; how to ask, where it does not name two servers. */
export async function compareMarkdown(catalog: Catalog, params: URLSearchParams): Promise<MarkdownAnswer> {
  const prepared = await prepareComparePage(catalog, params);
  const { a, b, figures, comparison, problems, ignored, status } = prepared;
  const told = [...problems, ...ignored].map((sentence) => plain(sentence, 1_000));
  if (!a || !b || !figures || !comparison) return { status, text: page("Compare", ...told, help(prepared)) };
  const sides = [
    { side: a, label: figures.a.label },
    { side: b, label: figures.b.label },
  ];
  const text = page(
    "Compare",
    ...told,
    bullets(
      sides.map(
        ({ side, label }) => `${plain(label)}: ${link(code(side.id), markdownUrl(serverUrl(side.id)))}`,
      ),
    ),
    LIMITS,
    section("In figures", figuresTable(figures.a, figures.b), policyLine(comparison, a.id, b.id)),
    section(
      "Different",
      ...comparison.different.map(differentPart),
      comparison.beyond.length > 0 ? `${comparison.beyond.length} more differ.` : undefined,
    ),
    section("Only in A", named(comparison.onlyA)),
    section("Only in B", named(comparison.onlyB)),
    section("The same in both", named(comparison.same)),
  );
  return { status, text };
}

function help({ choices }: ComparePage): string {
  const example = compareUrl({ a: "npm/@example/mail", b: "npm/@example/tracker" });
  return [
    `Two servers, or two versions of one: their tools, definitions, verdicts, policies and what they cost. Name them in the address: ${code(example)}; ${code("a.version")} and ${code("b.version")} take a version or the time of a crawl. ${link("Servers and their ids", markdownUrl(serversUrl()))}.`,
    ...choices.map(({ letter, servers }) =>
      [
        `Servers to take for ${letter}:`,
        bullets(servers.map(({ id, url }) => link(code(id), markdownUrl(url)))),
      ].join("\n\n"),
    ),
  ].join("\n\n");
}

function figuresTable(a: SideFigures, b: SideFigures): string {
  const row = (what: string, of: (side: SideFigures) => number | string) => [
    what,
    String(of(a)),
    String(of(b)),
  ];
  const tokens = ({ tokens: { count: all, complete } }: SideFigures) =>
    `${complete ? "" : "at least "}${all}`;
  return table(
    ["What", "A", "B"],
    [
      row("Tools", ({ tools }) => tools),
      ...RISKS_WORST_FIRST.map((risk) => row(`of ${risk} risk`, ({ byRisk }) => byRisk[risk])),
      ...CATEGORIES_WORST_FIRST.map((category) =>
        row(category, ({ byCategory }) => byCategory[category] ?? 0),
      ),
      row("Tools with findings", ({ findings }) => findings),
      row("Tools whose annotations contradict them", ({ conflicts }) => conflicts),
      row(`Tokens in context (${a.tokens.encoding})`, tokens),
    ],
  );
}

function policyLine({ rulesDiffer }: ToolComparison, a: string, b: string): string {
  const policy = (letter: string, id: string) => link(letter, markdownUrl(policiesUrl({ servers: [id] })));
  const differ =
    rulesDiffer > 0 ? `differ in the rules of ${count(rulesDiffer, "tool")}` : "have the same rules";
  return `The recommended policies ${differ}: ${policy("of A", a)}, ${policy("of B", b)}.`;
}

function differentPart(tool: DifferentTool): string {
  const { a, b, isRenamed, verdict, title, description, properties, left, others, rule } = tool;
  const parts = [
    `### ${link(code(b.name), markdownUrl(toolUrl(b.server, b.name)))}${isRenamed ? ` (in A ${code(a.name)})` : ""}`,
    `A: ${markLabel(a.category, a.risk)}. B: ${markLabel(b.category, b.risk)}.`,
    verdict.length > 0 ? `From A to B: ${plain(verdict.join("; "), 1_000)}.` : undefined,
    title && `Title:\n\n${both(title)}`,
    description && `Description:\n\n${both(description)}`,
    properties.length > 0 ? `Arguments:\n\n${bullets(properties.map(propertyLine))}` : undefined,
    left > 0 ? `${left} more arguments differ.` : undefined,
    others.length > 0
      ? `What else is written differently: ${others.map((key) => code(key)).join(", ")}.`
      : undefined,
    rule && `Its rule in the recommended policy:\n\n${both(rule)}`,
  ];
  return parts.filter(Boolean).join("\n\n");
}

function propertyLine({ name, kind, notes, description }: PropertyChange): string {
  const more = [...notes, ...(description ? ["its description differs"] : [])];
  return `${code(name)}, ${kind}${more.length > 0 ? `: ${plain(more.join("; "), 1_000)}` : ""}`;
}

/** A text as each side has it. */
function both(changes: Change[]): string {
  const side = (gone: Change["kind"]) =>
    changes
      .filter(({ kind }) => kind !== gone)
      .map(({ text }) => text)
      .join("");
  return `A:\n\n${fence(side("in"))}\n\nB:\n\n${fence(side("out"))}`;
}

function named(tools: Listed): string | undefined {
  if (tools.length === 0) return undefined;
  const lines = tools.slice(0, MOST_NAMED).map(({ server, name, category, risk }) => {
    return `${link(code(name), markdownUrl(toolUrl(server, name)))}: ${markLabel(category, risk)}`;
  });
  const more = tools.length > MOST_NAMED ? [`… and ${tools.length - MOST_NAMED} more`] : [];
  return bullets([...lines, ...more]);
}
