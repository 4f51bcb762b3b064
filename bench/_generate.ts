/** Servers and tools that nobody has, from a seed: the same seed gives the same catalog. */
import { classify, digestOf, type ToolDefinition, type Verdict } from "../classifier/index.ts";
import { type Random, randomFrom } from "./_random.ts";
import { ARGUMENTS, NOUNS, QUALIFIERS, SENTENCES, SYLLABLES, VERBS } from "./_words.ts";

export interface MadeServer {
  id: string;
  tools: { definition: ToolDefinition; verdict: Verdict }[];
}

/** Distinct definitions that are classified; tools are these under other names, for other products. */
const MODELS = 4_000;
const MOST_TOOLS = 200;

/**
 * Servers of 1 to 200 tools, most of them small, until there are so many tools.
 * @param count how many tools.
 */
export function* makeServers(count: number, seed = 1): Generator<MadeServer> {
  const random = randomFrom(seed);
  const models = Array.from({ length: Math.min(MODELS, count) }, () => makeModel(random));
  for (let made = 0, index = 0; made < count; index++) {
    const size = Math.min(1 + Math.floor(MOST_TOOLS * random() ** 4), count - made);
    made += size;
    yield makeServer(random, models, index, size);
  }
}

function makeServer(random: Random, models: MadeServer["tools"], index: number, size: number): MadeServer {
  // Numbered, for two servers with the same definition would share its row.
  const product = `${wordOf(random)}${wordOf(random)}${index}`;
  const id = random() < 0.7 ? `npm/@${wordOf(random)}/${product}-mcp` : `remote/${product}.example/mcp`;
  const names = new Set<string>();
  const tools: MadeServer["tools"] = [];
  while (tools.length < size) {
    const model = models[Math.floor(random() * models.length)];
    if (!model) break;
    const taken = names.has(model.definition.name) ? `_${pick(random, QUALIFIERS)}_${tools.length}` : "";
    const name = (random() < 0.3 ? camel : String)(`${model.definition.name}${taken}`);
    if (names.has(name)) continue;
    names.add(name);
    const description = String(model.definition.description).replaceAll("{product}", product);
    const definition = { ...model.definition, name, description };
    tools.push({ definition, verdict: { ...model.verdict, name, digest: digestOf(definition) } });
  }
  return { id, tools };
}

/** Names of 8 to 40 characters, descriptions of 20 to 1,500, schemas of 0.2 to 4 KB. */
function makeModel(random: Random): MadeServer["tools"][number] {
  const verb = weighted(random);
  const noun = pick(random, NOUNS);
  const name = `${verb}_${random() < 0.3 ? `${pick(random, QUALIFIERS)}_` : ""}${noun}${random() < 0.2 ? `_${pick(random, NOUNS)}` : ""}`;
  const sentences = Array.from({ length: Math.floor(16 * random() ** 2) }, () => pick(random, SENTENCES));
  const first = `${verb[0]?.toUpperCase()}${verb.slice(1)}s a ${noun} in {product}.`;
  const description = [first, ...sentences].join(" ").replaceAll("{noun}", noun).slice(0, 1_500);
  const chosen = Array.from({ length: 2 + Math.floor(10 * random() ** 2) }, () => pick(random, ARGUMENTS));
  const properties = Object.fromEntries(
    chosen.map(([key, schema]) => [random() < 0.2 ? `${noun}_${key}` : key, schema]),
  );
  const definition: ToolDefinition = {
    name: name.length < 8 ? `${name}_item` : name.slice(0, 40),
    ...(random() < 0.3 ? { title: `${verb} ${noun}` } : {}),
    description,
    inputSchema: { type: "object", properties, required: Object.keys(properties).slice(0, 2) },
    ...(random() < 0.3
      ? { annotations: { readOnlyHint: random() < 0.6, destructiveHint: random() < 0.2 } }
      : {}),
  };
  return { definition, verdict: classify(definition) };
}

function wordOf(random: Random): string {
  return Array.from({ length: 2 + Math.floor(2 * random()) }, () => pick(random, SYLLABLES)).join("");
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

const TOTAL = VERBS.reduce((sum, [, weight]) => sum + weight, 0);

function weighted(random: Random): string {
  let at = random() * TOTAL;
  for (const [verb, weight] of VERBS) {
    at -= weight;
    if (at < 0) return verb;
  }
  return VERBS[0]?.[0] ?? "";
}
