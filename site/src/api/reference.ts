/** What the API has, as /docs/api tells it. */
import { CATEGORIES, FACETS, RISKS } from "../../../classifier/index.ts";
import { CHANGE_KINDS } from "../../../db/types.ts";
import { PRESETS } from "../../../policy/index.ts";
import { API } from "../lib/addresses.ts";

export interface Parameter {
  name: string;
  what: string;
}

export interface Operation {
  path: string;
  what: string;
  parameters: Parameter[];
  /** One that can be asked of any catalog with the starter set. */
  example: string;
}

const LIST: Parameter[] = [
  { name: "limit", what: "Items a page, 1 to 200; 50 unless told." },
  { name: "cursor", what: "The nextCursor of the page before." },
];
const MEMORY = "npm/@modelcontextprotocol/server-memory";

export const OPERATIONS: Operation[] = [
  {
    path: `${API}/servers`,
    what: "The servers, as a list.",
    parameters: LIST,
    example: `${API}/servers?limit=10`,
  },
  {
    path: `${API}/servers/<server id>`,
    what: "One server with what its list depended on, the tokens its tools take, the toxic flows they make together and what breaks each, published flaws of its package, its problems and its crawls.",
    parameters: [],
    example: `${API}/servers/${MEMORY}`,
  },
  {
    path: `${API}/tools`,
    what: "The tools, worst first, as a list.",
    parameters: [
      { name: "server", what: "Server id." },
      { name: "category", what: `One of ${CATEGORIES.join(", ")}.` },
      { name: "risk", what: `One of ${RISKS.join(", ")}.` },
      { name: "facet", what: `One of ${FACETS.join(", ")}.` },
      { name: "text", what: "Words that must all occur in name, title or description." },
      ...LIST,
    ],
    example: `${API}/tools?risk=critical&limit=10`,
  },
  {
    path: `${API}/tools/<server id>/<tool>`,
    what: "One tool: the definition as served, the verdict with its evidence and findings, the attack patterns it leaves room for with the reason, published flaws of its package, the recommended policy with its reasons, the tokens it takes, and where it came from.",
    parameters: [],
    example: `${API}/tools/${MEMORY}/delete_entities`,
  },
  {
    path: `${API}/policies/<server id>`,
    what: "The recommended policy itself, as a gateway loads it.",
    parameters: [
      { name: "tool", what: "Only this tool; all of the server's unless told." },
      { name: "preset", what: `One of ${PRESETS.join(", ")}; recommended unless told.` },
    ],
    example: `${API}/policies/${MEMORY}?preset=strict`,
  },
  {
    path: `${API}/annotations/<server id>`,
    what: "What a maintainer would write in each tool's annotations: the hints declared, those we suggest, and what changes with the reason why.",
    parameters: [{ name: "tool", what: "Only this tool; all of the server's unless told." }],
    example: `${API}/annotations/${MEMORY}`,
  },
  {
    path: `${API}/changes`,
    what: "What servers changed about their tools from one crawl to the next, newest first, as a list. worse is true where a verdict was raised: risk or category went up, or a facet was gained.",
    parameters: [
      { name: "server", what: "Server id." },
      { name: "tool", what: "A tool of that server, by its name now or before it was renamed." },
      { name: "kind", what: `One of ${CHANGE_KINDS.join(", ")}.` },
      { name: "worse", what: "true: only verdicts that were raised. false: everything else." },
      ...LIST,
    ],
    example: `${API}/changes?worse=true&limit=10`,
  },
  {
    path: `${API}/stats`,
    what: "Counts by status, category, risk and facet.",
    parameters: [],
    example: `${API}/stats`,
  },
  {
    path: `${API}/progress`,
    what: "The newest run of crawls, server by server.",
    parameters: [],
    example: `${API}/progress`,
  },
  { path: `${API}/health`, what: "Whether the catalog answers.", parameters: [], example: `${API}/health` },
];
