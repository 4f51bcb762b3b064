import { brief, columnsOf } from "./text.ts";

/** How far a run of crawls is. */
export interface ProgressState {
  total: number;
  done: number;
  failed: number;
  /** Servers being crawled, with what each is at. */
  current: ReadonlyMap<string, string>;
}

const BAR = 20;

/** One line of at most `width` columns: bar, counts, and what is being crawled. */
export function renderProgress(state: ProgressState, width: number): string {
  const finished = state.done + state.failed;
  const filled = state.total === 0 ? BAR : Math.floor((finished / state.total) * BAR);
  const failed = state.failed === 0 ? "" : `, ${state.failed} failed`;
  let line = `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}] ${finished}/${state.total}${failed}`;
  for (const [server, stage] of state.current) {
    const more = `  ${brief(server, 40)}: ${stage}`;
    if (columnsOf(line) + columnsOf(more) > width - 1) break;
    line += more;
  }
  return line;
}

/** How one server's crawl ended. */
export interface ServerOutcome {
  server: string;
  /** Tools listed, when it answered. */
  tools?: number;
  /** Why it listed none. */
  reason?: string;
  durationMs: number;
}

/** A line on a finished server: what it has, or why it failed. */
export function renderOutcome(state: ProgressState, outcome: ServerOutcome): string {
  const place = `[${state.done + state.failed}/${state.total}] ${brief(outcome.server, 100)}`;
  if (outcome.tools === undefined) return `${place} failed. ${brief(outcome.reason ?? "", 1000)}`;
  if (outcome.reason !== undefined) return `${place}: ${brief(outcome.reason, 1000)}`;
  const tools = outcome.tools === 1 ? "1 tool" : `${outcome.tools} tools`;
  return `${place}: ${tools} (${(outcome.durationMs / 1000).toFixed(1)} s)`;
}
