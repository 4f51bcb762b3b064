/** What the policy builder draws, made ready. */
import { defaultAlias, EXPORT_FORMATS, type ExportFormat } from "../../../policy/export/index.ts";
import { describePreset, PRESETS, type Preset } from "../../../policy/index.ts";
import { apiPoliciesUrl, policiesUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { type MadePolicy, makePolicy } from "./policy-document.ts";
import { fromForm, nameField } from "./policy-form.ts";
import { addressQuery, PAGE_PARAMETERS, type PolicyQuery, readPolicyQuery } from "./policy-query.ts";
import { type FoundServers, findChosen, MOST_TOOLS } from "./policy-servers.ts";
import { findServers, type ServerChoices } from "./server-search.ts";
import { count } from "./words.ts";

export interface ChosenRow {
  id: string;
  /** What became of it: its tools, or that it is not there. */
  state: "listed" | "empty" | "unknown";
  toolCount: number;
  /** The name the reader gave it, and the one it has otherwise. */
  alias?: string;
  usualAlias: string;
  /** The form's field for that name. */
  field: string;
  /** The same page without it. */
  without: string;
}

export interface PolicyResult extends MadePolicy {
  /** Too long to show: only to download. */
  isLong: boolean;
  download: string;
  envelope: string;
}

export interface PolicyPage {
  query: PolicyQuery;
  chosen: ChosenRow[];
  choices: ServerChoices;
  /** Sentences about what cannot be taken; there is no document then. */
  problems: string[];
  /** Sentences about what the document does not hold. */
  notes: string[];
  result?: PolicyResult;
  /** Why the format refuses to hold this policy. */
  refused?: string;
  presets: { id: Preset; what: string }[];
  formats: readonly ExportFormat[];
  /** 400 where a parameter cannot be taken, 404 where no server is found. */
  status: 200 | 400 | 404;
}

/** Longer documents are downloaded, as a page of a megabyte helps nobody. In characters. */
const LONGEST_SHOWN = 200_000;

/** What a form sent, as the address to go to instead; undefined when the address is one to keep. */
export function addressOfForm(params: URLSearchParams): string | undefined {
  const form = fromForm(params);
  if (!form) return undefined;
  const { query, problems } = readPolicyQuery(form.params, PAGE_PARAMETERS);
  // What cannot be taken stays in the address, so that the page can say what it was.
  if (problems.length > 0) return `${policiesUrl()}?${form.params}`;
  return policiesUrl({ ...addressQuery(query), find: query.find }, form.isMade ? "policy" : undefined);
}

/** Reads the address and makes everything the page shows. */
export async function preparePolicyPage(catalog: Catalog, params: URLSearchParams): Promise<PolicyPage> {
  const { query, problems } = readPolicyQuery(params, PAGE_PARAMETERS);
  const [found, choices] = await Promise.all([
    findChosen(catalog, query),
    findServers(catalog, query.find, query.servers),
  ]);
  const troubles = [...problems.map(({ detail }) => detail), ...toolTroubles(query, found)];
  const made =
    troubles.length === 0 && found.servers.length > 0 ? makePolicy(found.servers, query) : undefined;
  return {
    query,
    chosen: query.servers.map((id) => chosenRow(id, query, found)),
    choices,
    problems: troubles,
    notes: notesOn(found),
    result: made?.ok ? resultOf(made, query) : undefined,
    refused: made && !made.ok ? made.problem : undefined,
    presets: PRESETS.map((id) => ({ id, what: describePreset(id).slice(id.length + 1) })),
    formats: EXPORT_FORMATS,
    status: problems.length > 0 ? 400 : isNowhere(query, found) ? 404 : 200,
  };
}

function isNowhere({ servers }: PolicyQuery, { unknown, lacksTool }: FoundServers): boolean {
  return lacksTool || (servers.length > 0 && unknown.length === servers.length);
}

function toolTroubles({ servers, tool }: PolicyQuery, { lacksTool, toolCount }: FoundServers): string[] {
  if (lacksTool)
    return [
      `The server “${servers[0]}” has no tool “${tool}”. It may have another name now; untick it to have all tools.`,
    ];
  if (toolCount <= MOST_TOOLS) return [];
  return [
    `These servers have ${count(toolCount, "tool")}, and a document takes ${MOST_TOOLS.toLocaleString("en-GB")} at most. Make one for fewer servers at a time.`,
  ];
}

function notesOn({ unknown, empty, servers }: FoundServers): string[] {
  const rest = servers.length > 0 ? " The policy below is for the others." : "";
  return [
    ...unknown.map(
      (id) =>
        `The catalog has no server “${id}”. It may be spelled differently, or it has not been crawled yet.${rest}`,
    ),
    ...empty.map((id) => `No tool is known of “${id}”, so there is nothing to make rules of.${rest}`),
  ];
}

function chosenRow(id: string, query: PolicyQuery, { servers, unknown, empty }: FoundServers): ChosenRow {
  const found = servers.find(({ server }) => server === id);
  const others = query.servers.filter((other) => other !== id);
  return {
    id,
    state: unknown.includes(id) ? "unknown" : empty.includes(id) ? "empty" : "listed",
    toolCount: found?.tools.length ?? 0,
    alias: query.aliases.get(id),
    usualAlias: defaultAlias(id),
    field: nameField(id),
    without: policiesUrl({ ...addressQuery(query), servers: others, tool: undefined, find: query.find }),
  };
}

function resultOf(made: MadePolicy, query: PolicyQuery): PolicyResult {
  const address = addressQuery(query);
  return {
    ...made,
    isLong: made.text.length > LONGEST_SHOWN,
    download: apiPoliciesUrl({ ...address, download: true }),
    envelope: apiPoliciesUrl({ ...address, envelope: true }),
  };
}
