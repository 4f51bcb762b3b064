/**
 * The Markdown twin of every kind of page: the same address with `.md` behind its path, or the same address asked for
 * with `Accept: text/markdown`. Addresses of tools and servers whose names end in `.md` are escaped (`addresses.ts`),
 * so what ends in it is always a twin; one that was typed by hand is led to the page it means.
 */
import {
  apiDocsUrl,
  attacksUrl,
  changesUrl,
  compareUrl,
  glossaryUrl,
  homeUrl,
  markdownUrl,
  methodUrl,
  policiesUrl,
  policyFormatsUrl,
  readServerPath,
  readToolPath,
  reportUrl,
  rulesUrl,
  serversUrl,
  serverUrl,
  toolsUrl,
  toolUrl,
  tryUrl,
} from "./addresses.ts";
import { type Catalog, type CatalogLocals, catalogOf } from "./catalog.ts";
import { docsAt } from "./docs.ts";
import type { Absolute } from "./head.ts";
import { changesMarkdown } from "./markdown-changes.ts";
import { compareMarkdown } from "./markdown-compare.ts";
import { apiGroupMarkdown, apiMarkdown, docsMarkdown } from "./markdown-docs.ts";
import { glossaryMarkdown } from "./markdown-glossary.ts";
import {
  homeMarkdown,
  kindMarkdown,
  type MarkdownAnswer,
  serversMarkdown,
  toolsMarkdown,
} from "./markdown-lists.ts";
import { methodMarkdown } from "./markdown-method.ts";
import { policiesMarkdown, policyFormatsMarkdown } from "./markdown-policies.ts";
import { reportMarkdown } from "./markdown-report.ts";
import { attackMarkdown, attacksMarkdown, ruleMarkdown, rulesMarkdown } from "./markdown-rules.ts";
import { serverMarkdown } from "./markdown-server.ts";
import { code, page } from "./markdown-text.ts";
import { toolMarkdown } from "./markdown-tool.ts";
import { tryMarkdown } from "./markdown-try.ts";
import { prefersMarkdown } from "./prefers-markdown.ts";
import { reportData } from "./report-data.ts";
import { aroundServer } from "./server-around.ts";
import { aroundTool } from "./tool-around.ts";

const ENDING = ".md";

type Twin = MarkdownAnswer | { redirect: string } | undefined;

/**
 * Answers a request for Markdown.
 * @returns undefined when it asks for something else, or for a page that has no twin
 */
export async function markdownAnswer(
  request: Request,
  locals: CatalogLocals,
  absolute?: Absolute,
): Promise<Response | undefined> {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const { pathname, searchParams } = new URL(request.url);
  const named = pathname.endsWith(ENDING);
  if (!named && !prefersMarkdown(request.headers.get("accept"))) return undefined;
  const path =
    pathname === markdownUrl(homeUrl()) ? homeUrl() : named ? pathname.slice(0, -ENDING.length) : pathname;
  const twin = await twinOf(path, searchParams, locals, named, absolute);
  if (!twin) return undefined;
  if ("redirect" in twin) return new Response(null, { status: 308, headers: { location: twin.redirect } });
  const headers = new Headers({ "content-type": "text/markdown; charset=utf-8" });
  // Whoever lists pages should list the page, and not its Markdown beside it.
  if (absolute) headers.set("link", `<${absolute(path)}>; rel="canonical"`);
  return new Response(twin.text, { status: twin.status, headers });
}

async function twinOf(
  path: string,
  params: URLSearchParams,
  locals: CatalogLocals,
  named: boolean,
  absolute?: Absolute,
): Promise<Twin> {
  const catalog = () => catalogOf(locals);
  if (path === homeUrl()) return homeMarkdown(catalog());
  if (path === serversUrl()) return serversMarkdown(catalog(), params);
  if (path === toolsUrl()) return toolsMarkdown(catalog(), params);
  if (path === changesUrl()) return changesMarkdown(catalog(), params);
  if (path === rulesUrl()) return ok(rulesMarkdown());
  if (path === attacksUrl()) return ok(attacksMarkdown());
  if (path === methodUrl()) return ok(methodMarkdown());
  if (path === glossaryUrl()) return ok(glossaryMarkdown());
  if (path === policyFormatsUrl()) return ok(policyFormatsMarkdown());
  const published = locals.published === true;
  if (path === tryUrl()) return ok(tryMarkdown(published));
  if (path === compareUrl() && !published) return compareMarkdown(catalog(), params);
  // A copy made of files answers nobody's commands: in those, addresses have no host.
  const origin = published || !absolute ? "" : new URL(absolute(homeUrl())).origin;
  if (path === apiDocsUrl()) return ok(apiMarkdown(origin));
  const docs = docsAt(path, locals, absolute);
  if (docs) return ok(docsMarkdown(docs));
  const group = path.startsWith(`${apiDocsUrl()}/`) && (await apiGroupMarkdown(path, origin, catalog));
  if (group) return ok(group);
  if (path === policiesUrl()) return policiesMarkdown(catalog(), params, published);
  if (path === reportUrl()) return ok(reportMarkdown(await reportData(locals), published));
  const rule = readServerPath(path, rulesUrl());
  if (rule !== undefined) return ok(ruleMarkdown(rule));
  const attack = readServerPath(path, attacksUrl());
  if (attack !== undefined) return ok(attackMarkdown(attack));
  const list = kindMarkdown(catalog(), params, path);
  if (list) return list;
  return (await toolTwin(path, catalog, named)) ?? (await serverTwin(path, catalog, named));
}

function ok(text: string | undefined): MarkdownAnswer | undefined {
  return text === undefined ? undefined : { status: 200, text };
}

async function toolTwin(path: string, catalog: () => Catalog, named: boolean): Promise<Twin> {
  const address = readToolPath(path, toolsUrl());
  if (!address) return undefined;
  const { server, tool: name } = address;
  const tool = await catalog().tool(server, name);
  if (tool) {
    return { status: 200, text: toolMarkdown(tool, await aroundTool(catalog(), tool)) };
  }
  const meant = named && (await catalog().tool(server, `${name}${ENDING}`));
  if (meant) return { redirect: toolUrl(meant.server, meant.name) };
  return {
    status: 404,
    text: page("No such tool", `The catalog has no tool ${code(name)} of the server ${code(server)}.`),
  };
}

async function serverTwin(path: string, catalog: () => Catalog, named: boolean): Promise<Twin> {
  const id = readServerPath(path, serversUrl());
  if (id === undefined) return undefined;
  const server = await catalog().server(id);
  if (server) {
    return { status: 200, text: serverMarkdown(server, await aroundServer(catalog(), server.id)) };
  }
  const meant = named && (await catalog().server(`${id}${ENDING}`));
  if (meant) return { redirect: serverUrl(meant.id) };
  return { status: 404, text: page("No such server", `The catalog has no server ${code(id)}.`) };
}
