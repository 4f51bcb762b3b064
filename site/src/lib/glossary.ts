/** The terms of the pages in our own words. What a table of words.ts says already is taken from there. */
import {
  CATEGORIES,
  FACETS,
  listFindingKinds,
  REACHES,
  REVERSIBLE,
  RISKS,
} from "../../../classifier/index.ts";
import { describePreset, PRESETS } from "../../../policy/index.ts";
import {
  attacksUrl,
  categoryUrl,
  changesUrl,
  facetUrl,
  methodUrl,
  policiesUrl,
  policyFormatsUrl,
  riskUrl,
  rulesUrl,
  ruleUrl,
} from "./addresses.ts";
import {
  CATEGORIES_WORST_FIRST,
  CATEGORY_MEANING,
  FACET_MEANING,
  REACH_MEANING,
  REVERSIBLE_MEANING,
  RISK_LABEL,
  RISK_MEANING,
  RISKS_WORST_FIRST,
} from "./words.ts";

export interface Term {
  /** The place on the page. */
  id: string;
  term: string;
  /** One to three sentences. */
  text: string;
  /** A page about it. */
  url?: string;
}

export interface TermGroup {
  id: string;
  title: string;
  terms: Term[];
}

/** All terms, in groups; ids are the ends of links to them, so they stay. */
export function glossary(): TermGroup[] {
  return [
    { id: "verdict-terms", title: "Verdicts", terms: VERDICTS },
    { id: "category-terms", title: "Categories", terms: categories() },
    { id: "risk-terms", title: "Risk", terms: risks() },
    { id: "facet-terms", title: "Facets", terms: facets() },
    { id: "loss-terms", title: "Undoing and reach", terms: losses() },
    { id: "definition-terms", title: "Definitions", terms: DEFINITIONS },
    { id: "finding-terms", title: "Findings and attacks", terms: [...ATTACKS, ...findings()] },
    { id: "policy-terms", title: "Policies", terms: [...POLICIES, ...presets()] },
    { id: "catalog-terms", title: "The catalog", terms: CATALOG },
  ];
}

const VERDICTS: Term[] = [
  {
    id: "verdict",
    term: "Verdict",
    text: "What Placard says of one definition: a category, a risk, a confidence, facets, whether it can be undone, whom it reaches, and the evidence for all of it.",
    url: methodUrl(),
  },
  {
    id: "category",
    term: "Category",
    text: "The most severe kind of thing that a caller can make the tool do with the arguments it allows.",
  },
  {
    id: "risk",
    term: "Risk",
    text: "How bad a call by mistake, or by somebody else's order, can get. It does not follow from the category.",
  },
  {
    id: "confidence",
    term: "Confidence",
    text: "How often a verdict like this one names the right category, from 0 to 1. It says nothing of how bad a call would be.",
    url: `${methodUrl()}#confidence`,
  },
  {
    id: "evidence",
    term: "Evidence",
    text: "The characters of the definition that made a rule hold, with the rule's name and whether they speak for or against a category.",
  },
  {
    id: "rule",
    term: "Rule",
    text: "One file that says what to look for in a definition and what it shows, with examples and near misses.",
    url: rulesUrl(),
  },
  {
    id: "trained-model",
    term: "Trained model",
    text: "A small linear model that has heard what the rules say, weighs it together with the words which no rule knows, and says the category.",
  },
  {
    id: "branch",
    term: "Branch",
    text: "What one value of an argument makes of the tool, such as “delete” of an argument called action. The tool's own verdict is that of its worst branch.",
  },
  {
    id: "correction",
    term: "Correction",
    text: "A verdict that somebody has read and put right, with a name and a reason. It holds for exactly that definition.",
  },
  {
    id: "mark",
    term: "Mark",
    text: "The diamond: one filled quadrant for low risk, two for medium, three for high, four for critical. The letter is the category; a question mark means Unknown.",
    url: `${methodUrl()}#mark`,
  },
];

const DEFINITIONS: Term[] = [
  {
    id: "definition",
    term: "Definition",
    text: "What a server says of one tool: name, title, description, schemas and annotations. It is a stranger's text.",
  },
  {
    id: "digest",
    term: "Digest",
    text: "A SHA-256 sum of the definition in canonical JSON. Two definitions with the same digest say the same, and get the same verdict.",
  },
  {
    id: "annotation",
    term: "Annotation",
    text: "A hint in the definition, such as readOnlyHint. It is the server's claim: it never lowers a verdict, and contradictions are shown.",
  },
  {
    id: "token-cost",
    term: "Token cost",
    text: "How many tokens a tool takes in a model's context as soon as its server is connected, called or not.",
  },
  {
    id: "revision",
    term: "MCP revision",
    text: "The dated version of the Model Context Protocol that the server and our crawler agreed on.",
  },
];

const ATTACKS: Term[] = [
  {
    id: "finding",
    term: "Finding",
    text: "Something a reader should know of a definition's text apart from what the tool does. It never changes a verdict.",
  },
  {
    id: "tool-poisoning",
    term: "Tool poisoning",
    text: "Text in a definition that is meant for the model and not for people: orders, secrecy, requests for secrets.",
  },
  {
    id: "attack-pattern",
    term: "Attack pattern",
    text: "A way in which a tool, or several together, could be used against their user, with what a definition needs for it.",
    url: attacksUrl(),
  },
  {
    id: "toxic-flow",
    term: "Toxic flow",
    text: "Tools that are dangerous together: one brings in strangers' text, others can see private data and carry it out, run code, or lose something for good.",
  },
];

const POLICIES: Term[] = [
  {
    id: "policy",
    term: "Policy",
    text: "A document that a client or gateway loads and that says which calls it lets through, how many, and with which arguments.",
    url: policiesUrl(),
  },
  {
    id: "grant",
    term: "Grant",
    text: "The permission under which an agent uses a server. A limit “per grant” counts the calls of each such permission by itself.",
  },
  {
    id: "limit",
    term: "Limit",
    text: "How many calls, or how much of an argument, a window of time allows.",
  },
  {
    id: "hide",
    term: "Hide",
    text: "The tool is not listed to the agent at all, and calls of it are denied.",
  },
  {
    id: "export-format",
    term: "Format",
    text: "The words of one program for a policy. What a format cannot say is told with the document.",
    url: policyFormatsUrl(),
  },
  {
    id: "alias",
    term: "Alias",
    text: "The name that a server has in your client. Many formats name tools by it.",
  },
  { id: "preset", term: "Preset", text: "How tight a recommended policy is." },
];

const CATALOG: Term[] = [
  {
    id: "crawl",
    term: "Crawl",
    text: "Asking a server for its list of tools. No tool is ever called.",
    url: `${methodUrl()}#crawl`,
  },
  {
    id: "change",
    term: "Change",
    text: "What one list of a server has that the list before it had not. A verdict counts as changed only where the server changed the definition.",
    url: changesUrl(),
  },
  {
    id: "raised-verdict",
    term: "Raised verdict",
    text: "After a change the risk or the category is worse, or the tool touches something more.",
    url: changesUrl({ worse: true }),
  },
  {
    id: "gone",
    term: "Gone",
    text: "The server no longer lists the tool. Its page stays, with the last definition there was.",
  },
  {
    id: "provenance",
    term: "Provenance",
    text: "Where a definition came from: the package and version, how it was started, when it was asked.",
  },
];

function categories(): Term[] {
  return CATEGORIES_WORST_FIRST.map((category) => ({
    id: CATEGORY_IDS[category],
    term: category,
    text: sentence(CATEGORY_MEANING[category]),
    url: categoryUrl(category),
  }));
}

function risks(): Term[] {
  return RISKS_WORST_FIRST.map((risk) => ({
    id: RISK_IDS[risk],
    term: RISK_LABEL[risk],
    text: RISK_MEANING[risk],
    url: riskUrl(risk),
  }));
}

function facets(): Term[] {
  return FACETS.map((facet) => ({
    id: facet,
    term: facet,
    text: sentence(`The tool ${FACET_MEANING[facet]}`),
    url: facetUrl(facet),
  }));
}

function losses(): Term[] {
  return [
    {
      id: "reversibility",
      term: "Can it be undone?",
      text: REVERSIBLE.map((word) => REVERSIBLE_MEANING[word]).join(" "),
    },
    { id: "reach", term: "Reach", text: "Who feels it when a call goes wrong, narrowest first." },
    ...REACHES.map((reach) => ({
      id: `reach-${reach.replaceAll(" ", "-")}`,
      term: `Reach: ${reach}`,
      text: REACH_MEANING[reach],
    })),
  ];
}

function findings(): Term[] {
  return listFindingKinds().map(({ id, title, message }) => ({
    id,
    term: title,
    text: sentence(message),
    url: ruleUrl(id),
  }));
}

function presets(): Term[] {
  return PRESETS.map((preset) => ({
    id: `preset-${preset}`,
    term: `Preset: ${preset}`,
    text: sentence(describePreset(preset).slice(preset.length + 1)),
  }));
}

const CATEGORY_IDS = idsOf(CATEGORIES);
const RISK_IDS = Object.fromEntries(RISKS.map((risk) => [risk, `risk-${risk}`])) as Record<
  (typeof RISKS)[number],
  string
>;

function idsOf<Word extends string>(words: readonly Word[]): Record<Word, string> {
  return Object.fromEntries(words.map((word) => [word, word.toLowerCase()])) as Record<Word, string>;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const whole = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
