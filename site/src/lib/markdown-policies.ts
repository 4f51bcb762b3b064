/** The policy builder's document and the formats it can have, as Markdown. */
import { EXPORT_FORMATS, type ExportFormat } from "../../../policy/export/index.ts";
import { apiPolicyFormatsUrl, markdownUrl, policiesUrl, policyFormatsUrl, serversUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import type { MarkdownAnswer } from "./markdown-lists.ts";
import { bullets, code, fence, link, page, plain, section } from "./markdown-text.ts";
import { proofDetail, proofWords } from "./policy-formats.ts";
import { type PolicyPage, type PolicyResult, preparePolicyPage } from "./policy-page.ts";

/**
 * What the address asks for: the document, what is lost in its format, and why each rule is there.
 * @param published whether the page stands still: then nobody makes documents
 */
export async function policiesMarkdown(
  catalog: Catalog,
  params: URLSearchParams,
  published: boolean,
): Promise<MarkdownAnswer> {
  const prepared = await preparePolicyPage(catalog, params);
  const { query, problems, notes, result, refused, status } = prepared;
  const text = page(
    "Policy",
    ...[...problems, ...notes, ...(refused ? [refused] : [])].map((sentence) => plain(sentence, 1_000)),
    ...(result ? [`${query.format.title}, ${query.preset}.`, ...resultParts(result, query.format)] : []),
    result ? undefined : published ? STATIC_HELP : choiceHelp(prepared),
    link("The formats, and what each cannot say", markdownUrl(policyFormatsUrl())),
  );
  return { status, text };
}

const STATIC_HELP = `This is a static copy of the catalog: each server's page has its policy, and ${code("npx placard policy <server id> --format <format>")} makes one in any format.`;

function choiceHelp({ formats, presets }: PolicyPage): string {
  return [
    `Add servers to the address of this page: ${code(policiesUrl({ servers: ["npm/@example/mail"], format: "claude-code" }))}. ${link("Servers and their ids", markdownUrl(serversUrl()))}.`,
    bullets([
      `${code("format")} is one of ${formats.map(({ id }) => code(id)).join(", ")}.`,
      `${code("preset")} is one of ${presets.map(({ id, what }) => `${code(id)} (${what})`).join(", ")}.`,
    ]),
  ].join("\n\n");
}

function resultParts(result: PolicyResult, format: ExportFormat): (string | undefined)[] {
  const language = /\.(\w+)$/.exec(format.file)?.[1] ?? "text";
  return [
    result.isLong ? "The document is too long to be shown here." : fence(result.text, language),
    link("Download", result.download),
    section(
      "What this format cannot say",
      bullets(
        result.losses.map(({ what, instead, tools }) => `${plain(what)}: ${plain(instead)} ${named(tools)}`),
      ),
    ),
    section(
      "Why each rule is there",
      bullets(
        result.reasons.map(
          ({ pointer, why }) => `${pointer ? code(pointer) : "The whole document"}: ${plain(why, 1_000)}`,
        ),
      ),
    ),
  ];
}

const NAMED = 20;

function named(tools: readonly string[]): string {
  const more = tools.length > NAMED ? ` and ${tools.length - NAMED} more` : "";
  return `${tools
    .slice(0, NAMED)
    .map((tool) => code(tool))
    .join(", ")}${more}`;
}

/** What loads each format, how it was tried, and what it cannot say. */
export function policyFormatsMarkdown(): string {
  return page(
    "Policy formats",
    "One recommended policy, in the words of the program that is to apply it. What a format cannot say is mapped down and told with the document; nothing is dropped in silence.",
    ...EXPORT_FORMATS.map((format) =>
      section(
        format.title,
        bullets([
          `Id: ${code(format.id)}`,
          `Loaded by: ${format.target}`,
          `How it was tried: ${proofWords(format)}, ${proofDetail(format)}`,
          `Cannot say: ${format.cannot.length > 0 ? format.cannot.join("; ") : "nothing: it says all of a policy"}`,
        ]),
      ),
    ),
    link("The same as JSON", apiPolicyFormatsUrl()),
  );
}
