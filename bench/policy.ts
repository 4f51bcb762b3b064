/**
 * `npm run bench:policy [tools]`: evaluating a call against a policy of 1,000 tools, beside one JSON.parse of the same
 * call, and writing those tools in every export format. Figures are medians; the machine's load shows in them.
 */

import { classify } from "../classifier/index.ts";
import { EXPORT_FORMATS, prepareServer } from "../policy/export/index.ts";
import { addCounted, type Counters, evaluateCall, type JudgedTool, parseCall } from "../policy/index.ts";
import { median } from "./_median.ts";

const [count = 1000] = process.argv.slice(2).map(Number);
const VERBS = ["list", "get", "rename", "send", "delete", "create", "fetch", "run"];

const tools: JudgedTool[] = Array.from({ length: count }, (_, index) => {
  const verb = VERBS[index % VERBS.length];
  const definition = {
    name: `${verb}_bed_${index}`,
    description: `Lets a gardener ${verb} bed number ${index}.`,
    inputSchema: {
      type: "object",
      properties: { url: { type: "string" }, sql: { type: "string" }, count: { type: "integer" } },
    },
  };
  return { definition, verdict: classify(definition) };
});
const server = prepareServer("local/garden", "garden", tools, { preset: "strict" });
const names = server.tools.map(({ name }) => name);

/** Median time of one piece of work in microseconds; it is done `inner` times a round. */
function microseconds(rounds: number, inner: number, work: (index: number) => void): number {
  const times: number[] = [];
  let index = 0;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let turn = 0; turn < inner; turn += 1) work(index++);
    times.push(((performance.now() - start) * 1000) / inner);
  }
  return median(times);
}

const texts = names.map((name, index) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: index,
    method: "tools/call",
    params: {
      name,
      arguments: {
        url: `https://example.com/beds/${index}?a=1`,
        sql: `SELECT * FROM beds WHERE id = ${index}`,
        count: 3,
      },
    },
  }),
);
const calls = texts.map((text) => {
  const parsed = parseCall(text);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.call;
});
const now = Date.UTC(2026, 10, 22, 12);
let counters: Counters = new Map();
const text = (index: number) => texts[index % texts.length] as string;
const callAt = (index: number) => calls[index % calls.length] as (typeof calls)[number];

const parse = microseconds(200, 500, (index) => JSON.parse(text(index)));
const evaluate = microseconds(200, 500, (index) => evaluateCall(server.policy, callAt(index), counters, now));
const strictParse = microseconds(200, 500, (index) => parseCall(text(index)));
const outcomes: Record<string, number> = {};
for (const call of calls) {
  const result = evaluateCall(server.policy, call, counters, now);
  counters = addCounted(counters, result.counted, now);
  outcomes[result.decision] = (outcomes[result.decision] ?? 0) + 1;
}

const exports = Object.fromEntries(
  EXPORT_FORMATS.map((format) => [
    format.id,
    `${(microseconds(9, 1, () => format.write([server])) / 1000).toFixed(1)} ms`,
  ]),
);
console.log(
  JSON.stringify(
    {
      tools: count,
      outcomes,
      evaluateCall: `${evaluate.toFixed(2)} µs`,
      jsonParse: `${parse.toFixed(2)} µs`,
      ratio: Number((evaluate / parse).toFixed(2)),
      parseCall: `${strictParse.toFixed(2)} µs`,
      exports,
    },
    null,
    2,
  ),
);
