import type { StatusLine } from "./_status-line.ts";
import { type ProgressState, renderOutcome, renderProgress, type ServerOutcome } from "./render/progress.ts";

/** Shows a run of crawls: a live bar in a terminal, and everywhere a plain line for each server that is finished. */
export interface ProgressLine {
  /** A server is at another stage. */
  stage(server: string, stage: string): void;
  finished(outcome: ServerOutcome): void;
  /** Takes the bar away. */
  end(): void;
}

/** @param total how many servers there are */
export function showProgress(status: StatusLine, total: number): ProgressLine {
  const current = new Map<string, string>();
  const state: ProgressState & { done: number; failed: number } = { total, done: 0, failed: 0, current };
  const draw = () => status.show(renderProgress(state, status.width()));
  draw();
  return {
    stage(server, stage) {
      current.set(server, stage);
      draw();
    },
    finished(outcome) {
      current.delete(outcome.server);
      if (outcome.tools === undefined) state.failed += 1;
      else state.done += 1;
      status.note(renderOutcome(state, outcome));
      draw();
    },
    end: () => status.show(""),
  };
}
