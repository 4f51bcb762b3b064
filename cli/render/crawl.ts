import type { Verdict } from "../../classifier/index.ts";
import type { CrawlResult } from "../../crawler/index.ts";
import { renderRiskCounts, renderTable } from "./table.ts";
import { brief, type Paint, safe, wrap } from "./text.ts";

/** One crawled server for people: how it ended, its tools (worst first), what could not be taken. */
export function renderCrawl(result: CrawlResult, verdicts: Verdict[], width: number, paint: Paint): string {
  const { server, status, reason, package: installed, problems, durationMs } = result;
  const version = installed ? ` ${installed.version}` : "";
  const title = `${paint("bold", safe(server))}${safe(version)}`;
  const time = `${(durationMs / 1000).toFixed(1)} s`;
  if (status !== "ok") {
    return `${title}: ${paint("red", status)} after ${time}\n${wrap(safe(reason ?? ""), width, "  ")}\n`;
  }
  const count = verdicts.length === 1 ? "1 tool" : `${verdicts.length} tools`;
  const risks = verdicts.length > 0 ? `: ${renderRiskCounts(verdicts.map(({ risk }) => risk))}` : "";
  const lines = [`${title}: ${count} in ${time}${risks}`];
  if (verdicts.length > 0) lines.push(renderTable(verdicts, width, paint));
  for (const { problem } of problems) lines.push(wrap(brief(problem, 300), width));
  return `${lines.join("\n")}\n`;
}
