/** The pages of the documentation as Markdown. */
import { subjectsIn } from "../api/example-subjects.ts";
import { curlOf, exampleIn, operationNamed, REFERENCE, type ReferenceOperation } from "../api/reference.ts";
import { API, apiDocsUrl, apiToolsUrl, markdownUrl, openApiUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { API_CONVENTIONS } from "./docs-api.ts";
import type { DocsBlock, DocsPage, DocsSection } from "./docs-page.ts";
import { bullets, code, fence, link, page, plain, section, table } from "./markdown-text.ts";

/** A page that is all data. */
export function docsMarkdown({ title, lead, sections }: DocsPage): string {
  return toTwins(page(title, lead, ...sectionsOf(sections)));
}

/** The first page of the API's reference. @param origin of the site; empty where it is not known */
export function apiMarkdown(origin: string): string {
  const operations = REFERENCE.map(({ group, url, operations }) => [
    `### ${link(group, url)}`,
    bullets(operations.map(({ method, path, summary }) => `${code(`${method} ${path}`)}: ${plain(summary)}`)),
  ]);
  return toTwins(
    page(
      "API",
      "The catalog as JSON. No key, nothing to sign up for.",
      fence(`curl '${origin}${apiToolsUrl({ risk: "critical", limit: 10 })}'`, "sh"),
      `For programs: ${link("OpenAPI 3.1", openApiUrl())}, ${link("JSON Schemas", `${API}/schemas`)}.`,
      section("Operations", ...operations.flat()),
      ...sectionsOf(API_CONVENTIONS),
    ),
  );
}

/** The operations of one group; undefined when there is no such group. */
export async function apiGroupMarkdown(
  path: string,
  origin: string,
  catalog: () => Catalog,
): Promise<string | undefined> {
  const found = REFERENCE.find(({ url }) => url === path);
  if (!found) return undefined;
  const subjects = await subjectsIn(catalog());
  const parts = found.operations.map((operation) => {
    const named = operationNamed(operation.id);
    const example = (named && exampleIn(named, subjects)) ?? operation.example;
    return operationPart(operation, named ? curlOf(named, origin, example) : undefined);
  });
  return toTwins(page(found.group, link("All of the API", apiDocsUrl()), ...parts));
}

function operationPart(operation: ReferenceOperation, curl: string | undefined): string | undefined {
  const { method, path, summary, description, parameters, body, answers, sample } = operation;
  return section(
    plain(summary),
    code(`${method} ${path}`),
    description && plain(description, 5_000),
    parameters.length > 0 ? "### Parameters" : undefined,
    bullets(
      parameters.map(({ name, what, type, choices, note }) => {
        const kind = [type === "one of" ? `one of ${choices.join(", ")}` : type, note].filter(Boolean);
        return `${code(name)} (${kind.join("; ")}): ${plain(what, 2_000)}`;
      }),
    ),
    body && `### Body\n\n${plain(body.what)} ${schemasPart(body.schemas)}`,
    "### Answers",
    bullets(
      answers.map(({ status, what, content }) =>
        [
          `${status}: ${plain(what, 2_000)}`,
          ...content.map(({ type, schemas }) => `${code(type)} ${schemasPart(schemas)}`.trim()),
        ].join(" · "),
      ),
    ),
    curl && `### Example\n\n${fence(curl, "sh")}`,
    sample && `Its answer, shortened:\n\n${fence(sample, "json")}`,
  );
}

function schemasPart(schemas: { name: string; url: string }[]): string {
  return schemas.map(({ name, url }) => link(name, url)).join(" or ");
}

function sectionsOf(sections: DocsSection[]): (string | undefined)[] {
  return sections.map(({ title, blocks }) => section(title, ...blocks.map(blockPart)));
}

function blockPart(block: DocsBlock): string {
  if ("text" in block) return block.text;
  if ("list" in block) return bullets(block.list);
  if ("terms" in block) return bullets(block.terms.map(({ term, what }) => `${term}: ${what}`));
  if ("table" in block) return table(block.table.head, block.table.rows);
  return block.commands
    .map(({ what, where, text }) => `${what}${where ? `, ${where}` : ""}:\n\n${fence(text)}`)
    .join("\n\n");
}

/** Links to pages lead to their twins; those to a place on a page, and those to files, stay. */
function toTwins(text: string): string {
  return text.replace(/\]\((\/[^\s)#]*)\)/g, (whole, address: string) =>
    address.startsWith(`${API}/`) ? whole : `](${markdownUrl(address)})`,
  );
}
