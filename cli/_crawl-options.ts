import { EXIT, Failure } from "./failure.ts";
import { safe } from "./render/text.ts";

/** The options of `placard crawl`, as its command line gives them. */
export interface CrawlCommandOptions {
  json?: boolean;
  store: boolean;
  network?: boolean;
  env?: string[];
  args?: string[];
  name?: string;
  timeout?: number;
  unsafeNoSandbox?: boolean;
  quiet?: boolean;
  configs?: boolean;
  useConfigEnv?: boolean;
  updatedSince?: string;
  exclude?: string;
  contact?: string;
  queue?: boolean;
  priority: number;
  force?: boolean;
  worker?: boolean;
  concurrency: number;
  delay: number;
  untilEmpty?: boolean;
  dead?: boolean;
}

/** Reads an option that can be given again. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Reads `--timeout`. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) {
    throw new Failure(
      `--timeout takes seconds, more than 0 and at most 86400; "${safe(text)}" is not that.`,
      EXIT.usage,
    );
  }
  return value;
}

/** Reads an option's whole number. */
export function whole(least: number, most: number, flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== "" && value >= least && value <= most) return value;
    throw new Failure(
      `${flag} takes a whole number from ${least} to ${most}; "${safe(text)}" is not that.`,
      EXIT.usage,
    );
  };
}
