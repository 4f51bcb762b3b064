import type { ChangeRow, ToolState } from "../../db/types.ts";
import { CHANGE_KINDS } from "../../db/types.ts";
import { REFERENCE } from "../../site/src/api/reference.ts";
import {
  attacksUrl,
  attackUrl,
  compareUrl,
  datasetDocsUrl,
  glossaryUrl,
  mcpDocsUrl,
  methodUrl,
  policiesUrl,
  policyFormatsUrl,
  registryDocsUrl,
  reportUrl,
  ruleUrl,
  serverUrl,
  toolUrl,
  tryUrl,
} from "../../site/src/lib/addresses.ts";
import { OFFICE, POISONED } from "./_attacked.ts";
import type { FakeServer } from "./_catalog.ts";
import { HOSTILE_NAMES, SERVERS } from "./_servers.ts";

/** What the pages below are made of. */
export const ALL_SERVERS: FakeServer[] = [...SERVERS, OFFICE, POISONED];

const HOSTILE = "local/hostile <b>one</b>";
/** A change of every kind. */
export const RECORDED_CHANGES: ChangeRow[] = CHANGE_KINDS.map((kind, index) => {
  const state: ToolState = {
    name: "logout_instance",
    digest: "sha256:0",
    category: "Execute",
    risk: "high",
    facets: ["identity"],
  };
  const before: ToolState = {
    ...state,
    name: HOSTILE_NAMES[9] ?? "",
    category: "Read",
    risk: "low",
    facets: [],
  };
  return {
    id: index + 1,
    server: "npm/@example/sessions",
    at: "2026-11-22T20:00:00.000Z",
    kind,
    tool: state.name,
    worse: kind === "verdict-changed",
    ...(kind === "tool-added" ? {} : { before }),
    ...(kind === "tool-removed" ? {} : { after: state }),
  };
});

/** A tool's page with evidence, footnotes, a policy and questions. */
export const LOGOUT_PAGE = "/tools/npm/@example/sessions/logout_instance";

/** An address of every kind of page, for a catalog with SERVERS, OFFICE and POISONED: those that a test goes through. */
export const PAGES = [
  "/",
  "/servers",
  serverUrl("npm/@example/sessions"),
  serverUrl("local/records"),
  serverUrl(OFFICE.id),
  serverUrl(POISONED.id),
  "/tools",
  "/tools?text=record&risk=high",
  LOGOUT_PAGE,
  toolUrl("local/records", "manage_record"),
  toolUrl(OFFICE.id, "run_command"),
  toolUrl(POISONED.id, "add"),
  toolUrl(POISONED.id, "read_text_file"),
  "/risk/high",
  "/categories/execute",
  "/facets/identity",
  "/changes",
  "/changes?kind=tool-added",
  "/rules",
  ruleUrl("delete-data"),
  ruleUrl("trained-model"),
  ruleUrl("hidden-characters"),
  ruleUrl("shadowed-name"),
  attacksUrl(),
  attackUrl("path-traversal"),
  attackUrl("line-jumping"),
  policiesUrl(),
  policiesUrl({ servers: [OFFICE.id], preset: "strict", find: "page" }),
  compareUrl(),
  compareUrl({ a: OFFICE.id, b: POISONED.id }),
  tryUrl(),
  reportUrl(),
  glossaryUrl(),
  methodUrl(),
  "/docs",
  "/docs/api",
  ...REFERENCE.map(({ url }) => url),
  datasetDocsUrl(),
  mcpDocsUrl(),
  policyFormatsUrl(),
  registryDocsUrl(),
];

/** Pages that show what a hostile server says. */
export const HOSTILE_PAGES = [
  ...HOSTILE_NAMES.map((name) => toolUrl(HOSTILE, name)),
  serverUrl(HOSTILE),
  policiesUrl({ servers: [HOSTILE, OFFICE.id], preset: "strict", find: "page" }),
  compareUrl({ a: HOSTILE, b: OFFICE.id }),
];

/** Pages that say that something is not there or cannot be taken, with the status each comes with. */
export const ERROR_PAGES: [address: string, status: number][] = [
  ["/none", 404],
  ["/attacks/none", 404],
  ["/rules/none", 404],
  ["/tools/npm/none/none", 404],
  [`${serverUrl(OFFICE.id)}/none`, 404],
  ["/servers/npm/none", 404],
  ["/tools?cursor=none", 400],
  ["/policies?format=none", 400],
  ["/compare?a=npm/none&b=npm/none", 404],
];
