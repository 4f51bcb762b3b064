import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { classify, type ToolDefinition } from "../../../classifier/index.ts";
import { defaultAlias, type ExportServer, prepareServer } from "../../../policy/export/index.ts";
import type { Preset } from "../../../policy/index.ts";

/** Servers that exports are tried on: recorded ones of npm, where they are beside the checkout, and our own. */

const ROOT = resolve(import.meta.dirname, "../../..");
const RECORDED = resolve(ROOT, "../shared/corpus/npm-servers-dev.json");
const OWN = resolve(ROOT, "eval/own/tools.jsonl");

const toolSchema = z.looseObject({ name: z.string() });
const recordedSchema = z.array(z.object({ package: z.string(), tools: z.array(toolSchema).optional() }));
const ownSchema = z.looseObject({ server: z.string(), family: z.string(), name: z.string() });

interface Served {
  server: string;
  tools: ToolDefinition[];
}

/** All of them, each under an alias of its own. */
export function exportServers(preset: Preset): ExportServer[] {
  const aliases = new Set<string>();
  return [...recorded(), ...own()].map(({ server, tools }) => {
    const alias = unused(defaultAlias(server), aliases);
    aliases.add(alias);
    const judged = tools.map((definition) => ({ definition, verdict: classify(definition) }));
    return prepareServer(server, alias, judged, { preset });
  });
}

function unused(alias: string, aliases: Set<string>): string {
  let next = alias;
  for (let number = 2; aliases.has(next); number += 1) next = `${alias}-${number}`;
  return next;
}

function recorded(): Served[] {
  if (!existsSync(RECORDED)) return [];
  const servers = recordedSchema.parse(JSON.parse(readFileSync(RECORDED, "utf8")));
  return servers.flatMap(({ package: name, tools = [] }) =>
    tools.length > 0 ? [{ server: `npm/${name}`, tools }] : [],
  );
}

function own(): Served[] {
  const lines = readFileSync(OWN, "utf8").split("\n").filter(Boolean);
  const rows = lines.map((line) => ownSchema.parse(JSON.parse(line)));
  return [...Map.groupBy(rows, ({ server }) => server)].map(([server, group]) => ({
    server: `file/${server}`,
    tools: group.map(({ server: _server, family: _family, ...definition }) => definition),
  }));
}
