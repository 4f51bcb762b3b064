import type { FakeServer } from "./_catalog.ts";

/** Names that hurt: URL syntax, path steps, markup, bidi, quoting. All of our own making. */
export const HOSTILE_NAMES = [
  "..",
  ".",
  "a/b",
  "../../up",
  "50%",
  "%2F",
  "a b?c#d",
  "back\\slash",
  "~Li4",
  "~=Li4",
  "line\nbreak",
  "\u202Eevil",
  "__proto__",
  "<img src=x onerror=alert(1)>",
  '"><script>alert(2)</script>',
  "index.html",
];

const MARKUP =
  'Deletes files. </pre></details><script>alert(3)</script><style>*{display:none}</style><img src="https://example.invalid/x.png" onerror="alert(4)"> <a href="javascript:alert(5)">x</a> \u202Ertl\u202C \u200B \u001B[31mred {{7*7}} {alert(6)} &lt;b&gt;';

export const LOGOUT = {
  name: "logout_instance",
  description: "Logs an instance out (ends its WhatsApp session without deleting the instance)",
  inputSchema: { type: "object", properties: { instance: { type: "string" } }, required: ["instance"] },
};

/** Three servers: a plain one, one with a record tool and a failed crawl, one that attacks the pages. */
export const SERVERS: FakeServer[] = [
  {
    id: "npm/@example/sessions",
    tools: [
      LOGOUT,
      { name: "list_instances", description: "Lists instances.", annotations: { readOnlyHint: true } },
    ],
    detail: {
      source: "npm:@example/sessions@1.2.3",
      package: { registry: "npm", name: "@example/sessions", version: "1.2.3" },
      protocolVersion: "2025-11-25",
      launch: {
        transport: "stdio",
        command: ["sessions"],
        environment: ["HOME"],
        sandbox: "bubblewrap",
        network: false,
        clientCapabilities: {},
      },
    },
  },
  {
    id: "local/records",
    tools: [
      {
        name: "manage_record",
        title: "Manage a record",
        description: "Gets, creates or deletes a record.",
        inputSchema: {
          type: "object",
          properties: {
            action: { type: "string", enum: ["get", "create", "delete"], description: "What to do" },
            record: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
          },
          required: ["action"],
        },
        annotations: { readOnlyHint: true },
      },
    ],
    detail: {
      status: "failed",
      reason: "Starting records: it printed nothing within 30 s. Start it by hand to see why.",
      problems: [{ index: 1, name: "broken", problem: "Its inputSchema is a number." }],
      instructions: "List before you delete.",
    },
  },
  {
    id: "local/hostile <b>one</b>",
    tools: HOSTILE_NAMES.map((name) => ({
      name,
      title: MARKUP,
      description: `${MARKUP} ${"long ".repeat(2_000)}`,
      inputSchema: {
        type: "object",
        properties: { [MARKUP]: { type: "string", description: MARKUP, enum: [MARKUP], default: MARKUP } },
      },
      [MARKUP]: MARKUP,
    })),
    detail: { title: MARKUP, version: MARKUP, instructions: MARKUP, reason: MARKUP, status: "failed" },
  },
];
