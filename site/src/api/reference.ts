/** What the API has, as /docs/api tells it. */
import { CATEGORIES, FACETS, RISKS } from "../../../classifier/index.ts";
import { CHANGE_KINDS, CONFIDENCES } from "../../../db/types.ts";
import { EXPORT_FORMATS } from "../../../policy/export/index.ts";
import { PRESETS } from "../../../policy/index.ts";
import { API } from "../lib/addresses.ts";
import { FINDINGS } from "../lib/filters.ts";
import { MOST_SERVERS, REFERENCE } from "../lib/policy-query.ts";

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
const POLICY: Parameter[] = [
  {
    name: "format",
    what: `One of ${EXPORT_FORMATS.map(({ id }) => id).join(", ")}; ${REFERENCE.id} unless told.`,
  },
  { name: "preset", what: `One of ${PRESETS.join(", ")}; recommended unless told.` },
  {
    name: "envelope",
    what: "true: JSON with the document as text, what it could not say (losses), why each rule is there (reasons), the digests of the definitions it was made for, names that several servers share, and servers left out because they list no tools.",
  },
  { name: "download", what: "true: as a file to save, under the format's usual name." },
];
const MEMORY = "npm/@modelcontextprotocol/server-memory";
const EVERYTHING = "npm/@modelcontextprotocol/server-everything";

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
      { name: "finding", what: `Id of a kind of finding: one of ${FINDINGS.join(", ")}.` },
      { name: "rule", what: "Id of a rule: only tools with evidence by it." },
      { name: "conflict", what: "true: only tools whose annotations contradict their definition." },
      { name: "confidence", what: `The least confidence: one of ${CONFIDENCES.join(", ")}.` },
      {
        name: "text",
        what: "Words that must all occur in name, title, description or server id, the last one also as the beginning of a word. What is named so comes first, then what begins so, what has the words in its name, and the rest; each worst first.",
      },
      ...LIST,
    ],
    example: `${API}/tools?risk=critical&limit=10`,
  },
  {
    path: `${API}/tools/<server id>/<tool>`,
    what: "One tool: the definition as served, the verdict with its evidence and findings (where somebody has corrected it, verdict.correction says who, when and why, and what the classifier said), the attack patterns it leaves room for with the reason, published flaws of its package, the recommended policy with its reasons, the tokens it takes, and where it came from.",
    parameters: [],
    example: `${API}/tools/${MEMORY}/delete_entities`,
  },
  {
    path: `${API}/policies/<server id>`,
    what: `The recommended policy itself, as the program that asks for it loads it, in that format's media type. The header Placard-Losses says how many things the format could not say; where it has comments they stand at the document's head, and ${API}/policies/<server id>?envelope=true lists them. A format that cannot hold the policy is a 422 with the reason.`,
    parameters: [
      { name: "tool", what: "Only this tool; all of the server's unless told." },
      {
        name: "alias",
        what: "The name the server has in your client or gateway; made from its id unless told.",
      },
      ...POLICY,
    ],
    example: `${API}/policies/${MEMORY}?format=codex&alias=memory`,
  },
  {
    path: `${API}/policies`,
    what: "The same for several servers, as one document. A format that goes by the names of tools alone gives a name that several servers have the rules of all of them.",
    parameters: [
      { name: "server", what: `Server id; repeat it for each, at most ${MOST_SERVERS}.` },
      {
        name: "alias",
        what: "<server id>=<name>: the name a server has in your client; repeat it for each.",
      },
      { name: "tool", what: "Only this tool, with one server." },
      ...POLICY,
    ],
    example: `${API}/policies?server=${MEMORY}&server=${EVERYTHING}&format=claude-code&envelope=true`,
  },
  {
    path: `${API}/policies/formats`,
    what: "The formats, as a list: what loads each, how its documents were tried (in an engine, or shape-checked only), and what it cannot say.",
    parameters: [],
    example: `${API}/policies/formats`,
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
