/** The first page of the documentation: where everything stands. */
import {
  apiDocsUrl,
  attacksUrl,
  datasetDocsUrl,
  docsUrl,
  glossaryUrl,
  mcpDocsUrl,
  methodUrl,
  policiesUrl,
  policyFormatsUrl,
  registryDocsUrl,
  rulesUrl,
  tryUrl,
} from "./addresses.ts";
import type { DocsPage, DocsTerm } from "./docs-page.ts";
import { plainHead } from "./head.ts";
import { link } from "./markdown-text.ts";

/** The page, as its sections. */
export function docsIndex(): DocsPage {
  return {
    title: "Documentation",
    description: "How to read verdicts, make policies, and use the catalog from programs.",
    lead: "How to read what stands here, and how to use it.",
    head: plainHead(docsUrl()),
    sections: [
      {
        title: "Read a verdict",
        id: "verdicts",
        blocks: [
          {
            terms: [
              entry(
                "Method",
                methodUrl(),
                "what a verdict is, how it is made, how right it is, and what it cannot say",
              ),
              entry("Rules", rulesUrl(), "what each rule looks for, with its examples and near misses"),
              entry(
                "Attack patterns",
                attacksUrl(),
                "how tools are turned against their users, and what to do",
              ),
              entry("Glossary", glossaryUrl(), "the terms in a sentence or two each"),
            ],
          },
        ],
      },
      {
        title: "Make a policy",
        id: "policies",
        blocks: [
          {
            terms: [
              entry(
                "Policy builder",
                policiesUrl(),
                "one document for your servers, in the format of your client or gateway",
              ),
              entry("Policy formats", policyFormatsUrl(), "what each can say, and how that was tried"),
              entry("Try it", tryUrl(), "verdicts and a policy for what you paste, made in your browser"),
            ],
          },
        ],
      },
      {
        title: "Use it from programs",
        id: "programs",
        blocks: [
          {
            terms: [
              entry("API", apiDocsUrl(), "the catalog as JSON"),
              entry("MCP server", mcpDocsUrl(), "the catalog as tools for your own agent"),
              entry(
                "Registry and mappings",
                registryDocsUrl(),
                "the catalog for clients of the official registry, and verdicts in the words of others",
              ),
              entry(
                "Bulk dataset",
                datasetDocsUrl(),
                "all of the catalog as files: JSON Lines and a Parquet table",
              ),
            ],
          },
          {
            text: "Every page has a Markdown twin: `.md` behind its path, or `Accept: text/markdown`.",
          },
        ],
      },
      { title: "On the command line", id: "commands", blocks: [{ commands: COMMANDS }] },
    ],
  };
}

const entry = (text: string, url: string, what: string): DocsTerm => ({ term: link(text, url), what });

const COMMANDS = [
  { what: "Verdicts on a recorded list of tools, offline", text: "npx placard classify tools.json" },
  {
    what: "Put a server into a catalog of your own",
    text: "npx placard crawl npm:@modelcontextprotocol/server-memory",
  },
  { what: "Those that your clients are configured with", text: "npx placard crawl --configs" },
  {
    what: "The policy for a server in the catalog, for your client",
    text: "npx placard policy npm/@modelcontextprotocol/server-memory --format claude-code",
  },
  { what: "What else there is", text: "npx placard --help" },
].map((command, index) => ({ id: `command-${index + 1}`, ...command }));
