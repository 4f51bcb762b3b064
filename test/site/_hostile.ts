import type { ToolDefinition } from "../../classifier/index.ts";
import type { FakeServer } from "./_catalog.ts";

/** What an attack leaves behind where it runs: a property of the window. */
export const TRACE = "attackRan";
const RUN = `window.${TRACE}=1`;
/** Nobody's host (RFC 2606); a request to it is one too many. */
const AWAY = "//attack.invalid/x";

/** Marks that stand on one letter, more than any language puts there. */
const zalgo = (word: string) =>
  Array.from(word, (letter) => letter + "\u0301\u0316\u0336\u0363\u0489".repeat(12)).join("");

/** Texts that want to be something else than text, each by another way. All of our own making. */
export const ATTACKS: Record<string, string> = {
  script: `<script>${RUN}</script>`,
  "closing tags": `"'></title></textarea></style></pre></bdi></code></details></main></body><script>${RUN}</script>`,
  handlers: `<img src=x onerror=${RUN}><svg/onload=${RUN}><details open ontoggle=${RUN}><input autofocus onfocus=${RUN}>`,
  "attribute ends": `x" onmouseover="${RUN}" autofocus onfocus="${RUN}" style="position:fixed;inset:0" x="`,
  frames: `<iframe srcdoc="<script>parent.${TRACE}=1</script>"></iframe><object data="data:text/html,x"></object><embed src="${AWAY}">`,
  "page tags": `<base href="${AWAY}"><meta http-equiv="refresh" content="0;url=${AWAY}"><link rel="stylesheet" href="${AWAY}.css"><form action="${AWAY}"><button>Go</button></form>`,
  styles: `<style>*{display:none!important}@import "${AWAY}";</style>;}body{background:url(${AWAY})}/*`,
  "URL of a script": `javascript:${RUN}`,
  "URL with spaces": `java\tscript:${RUN}//\n%0a${RUN}`,
  "encoded line breaks": `a%0Ab%250dc%25252fd%E2%80%A8e`,
  "URL of data": `data:text/html,<script>opener.${TRACE}=1</script>`,
  "URL without scheme": AWAY,
  "URL with a back slash": "/\\attack.invalid/x",
  "URL of another": "https://attack.invalid/x?a=1&b=<2>#c",
  entities: "&lt;script&gt; &#x3C;b&#x3E; &amp;amp; &nbsp &copy",
  templates: `{{constructor.constructor('${RUN}')()}} \${${RUN}} {${RUN}} <%= 1 %> <Fragment set:html={x} />`,
  comments: `<!-- --!> --> ]]> <![CDATA[<script>${RUN}</script>]]> <?php ?> */ //`,
  bidi: "\u202Egnp.exe\u202C \u2066left\u2069 \u200Fright \u061C\u202Dend",
  "zero width": "de\u200Ble\u2060te\uFEFF \u00AD\u034F\u3164\uFFA0",
  "tag characters": "read\u{E0064}\u{E0065}\u{E006C}\u{E007F} \u{E0100}",
  zalgo: zalgo("delete"),
  "right to left": "حذف الملف نهائيا (delete) מחק את הקובץ 123",
  "no spaces": "w".repeat(5_000),
  "no breaks": `a${"\u00A0b".repeat(1_000)}${"/c".repeat(500)}${"删".repeat(1_000)}`,
  "many lines": "\n".repeat(3_000),
  surrogates: "\uD800 \uDC00 half\uDBFF",
  controls: "\u0000\u0007\b\u001B[2J\u001B]8;;x\u0007 \u0085\u2028\u2029\r\n\u007F\u009B",
  pictographs: "👩‍💻 👍🏽 🏴‍☠️ 🇩🇪 ﷽﷽﷽ 𒐫𒐫𒐫 ௵",
};

/** Keys that objects have already; as JSON has them, they are properties like others. */
const BUILT_IN =
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x"}';

/** Longer ones make addresses longer than servers of pages take. */
const LONGEST_NAME = 700;

/** A text as a name, as the database keeps it. */
export const nameOf = (text: string): string =>
  text.slice(0, LONGEST_NAME).replaceAll("\0", "\uFFFD").toWellFormed();

/** One text wherever a definition holds a stranger's. */
function attacking(text: string): ToolDefinition {
  const schema = {
    type: "object",
    title: text,
    description: text,
    properties: {
      [text]: { type: "string", description: text, enum: [text, "other"], default: text, examples: [text] },
      plain: { type: text, format: text, pattern: text, const: text, $ref: text, description: text },
      nested: {
        type: "array",
        items: { type: "object", properties: { [text]: { anyOf: [{ const: text }] } } },
      },
    },
    required: [text],
    additionalProperties: { type: "string", description: text },
  };
  return {
    name: nameOf(text),
    title: text,
    description: `Deletes a file for good. ${text}`,
    inputSchema: schema,
    outputSchema: schema,
    annotations: { title: text, readOnlyHint: true, [text]: true },
    icons: [{ src: text, mimeType: text }],
    _meta: { [text]: text },
    [text]: text,
  };
}

function deep(levels: number): object {
  let schema: object = { type: "string" };
  for (let level = 0; level < levels; level += 1)
    schema = { type: "object", properties: { deeper: schema }, anyOf: [{ items: schema }] };
  return schema;
}

const builtIn = () => JSON.parse(BUILT_IN) as Record<string, unknown>;
const EXTREMES: ToolDefinition[] = [
  { name: "constructor", description: "A name that every object has.", ...builtIn() },
  {
    name: "built_in_keys",
    description: "Deletes records.",
    inputSchema: { type: "object", properties: builtIn(), required: ["__proto__"], ...builtIn() },
    annotations: builtIn(),
  },
  {
    name: "megabyte",
    description: "Sends mail to anybody. ".repeat(48_000),
    inputSchema: { type: "object" },
  },
  { name: "deep_schema", description: "Deletes records.", inputSchema: deep(14) },
  {
    name: "wide_schema",
    description: "Deletes records.",
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(
        Array.from({ length: 3_000 }, (_, index) => [
          `field_${index}`,
          { type: "string", description: "A field." },
        ]),
      ),
    },
  },
  {
    name: "many_values",
    description: "Deletes records.",
    inputSchema: {
      type: "object",
      properties: { action: { enum: Array.from({ length: 5_000 }, (_, index) => `delete_${index}`) } },
    },
  },
  { name: "no_object", description: 7 as unknown as string, inputSchema: "<b>text</b>", annotations: ["x"] },
];

/** Everything about a server that somebody else wrote, written by the attacker. */
const MIXED = Object.values(ATTACKS)
  .filter((text) => text.length < 400)
  .join(" ");

/** A server of nothing but attacks: its tools' names are the attacks, one each, and what is extreme in other ways. */
export const ATTACKER: FakeServer = {
  id: `local/${ATTACKS["attribute ends"]} ${ATTACKS.script} ${ATTACKS.bidi} ${"v".repeat(300)}`,
  tools: [...Object.values(ATTACKS).map(attacking), ...EXTREMES],
  detail: {
    title: MIXED,
    version: MIXED,
    instructions: `${MIXED} ${ATTACKS["many lines"]} ${ATTACKS["no spaces"]}`,
    status: "failed",
    reason: MIXED,
    source: `npm:${MIXED}`,
    package: { registry: "npm", name: MIXED, version: MIXED },
    problems: [{ index: 3, name: MIXED, problem: MIXED }],
    launch: {
      transport: "stdio",
      command: [MIXED, AWAY],
      environment: [MIXED],
      sandbox: "bubblewrap",
      network: false,
      clientCapabilities: {},
    },
  },
};
