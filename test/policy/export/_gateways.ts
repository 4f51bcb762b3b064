import type { ExportFormat, ExportServer, ExportTool } from "../../../policy/export/types.ts";
import { PRESETS } from "../../../policy/index.ts";
import { exportServers } from "./_corpus.ts";
import { hostileServers } from "./_prepared.ts";

/** Two servers with hostile names. */
export const HOSTILE = hostileServers(160, 23);

/** Our servers with every preset, each alone, and two hostile ones together. */
export const EXPORTS: [string, () => ExportServer[][]][] = [
  ...PRESETS.map((preset): [string, () => ExportServer[][]] => [
    preset,
    () => exportServers(preset).map((server) => [server]),
  ]),
  ["hostile names", () => [HOSTILE]],
];

/** The document; throws where the export is refused. */
export function written(format: ExportFormat, servers: ExportServer[]) {
  const result = format.write(servers);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

export function eachTool(
  servers: ExportServer[],
  visit: (server: ExportServer, tool: ExportTool) => void,
): void {
  for (const server of servers) for (const tool of server.tools) visit(server, tool);
}
