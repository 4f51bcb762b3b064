import type { AnnotationPatch, ToolAnnotationPatch } from "../../policy/index.ts";
import { brief, type Paint, safe, wrap } from "./text.ts";

/** The patch as a maintainer reads it: a block for each tool with changes; the others are counted. */
export function renderAnnotations({ tools }: AnnotationPatch, width: number, paint: Paint): string {
  const servers = [...new Set(tools.map(({ server }) => server))];
  const sections = servers.map((server) => {
    const own = tools.filter((tool) => tool.server === server);
    return renderServer(server, own, width, paint);
  });
  return `${sections.join("\n\n")}\n`;
}

function renderServer(server: string, tools: ToolAnnotationPatch[], width: number, paint: Paint): string {
  const changed = tools.filter((tool) => tool.changed.length > 0);
  const blocks = changed.map((tool) => renderTool(tool, width, paint));
  return [`${paint("bold", safe(server))}\n${countWords(tools)}`, ...blocks].join("\n\n");
}

/** "5 tools: 1 contradicts its definition, 2 could say more, 2 stay as they are." */
function countWords(tools: ToolAnnotationPatch[]): string {
  const wrong = tools.filter(contradicts).length;
  const changed = tools.filter((tool) => tool.changed.length > 0).length;
  const rest = tools.length - changed;
  const parts = [
    wrong > 0 ? `${wrong} ${wrong === 1 ? "contradicts its" : "contradict their"} definition` : "",
    changed > wrong ? `${changed - wrong} could say more` : "",
    rest > 0 ? `${rest} ${rest === 1 ? "stays as it is" : "stay as they are"}` : "",
  ];
  const said = parts.filter((part) => part !== "").join(", ");
  return `${tools.length} ${tools.length === 1 ? "tool" : "tools"}: ${said}.`;
}

function contradicts({ changed }: ToolAnnotationPatch): boolean {
  return changed.some(({ conflict }) => conflict);
}

function renderTool({ name, because, changed }: ToolAnnotationPatch, width: number, paint: Paint): string {
  const lines = changed.flatMap(({ hint, declared, suggested, why }) => [
    ...(declared === undefined ? [] : [paint("red", `  - "${hint}": ${declared}`)]),
    paint("green", `  + "${hint}": ${suggested}`),
    wrap(safe(why), width, "      "),
  ]);
  return [paint("bold", brief(name, 200)), wrap(safe(because), width, "  "), ...lines].join("\n");
}
