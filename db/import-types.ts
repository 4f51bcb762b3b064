import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type {
  Authorization,
  CrawlStatus,
  LaunchConditions,
  RegistryEntry,
  ToolProblem,
} from "../crawler/types.ts";
import type { ChangeKind, PackageRow, ToolState } from "./types.ts";

/** The records of a dataset; dates are ISO 8601. */
export type DatasetRecord =
  | {
      kind: "definition";
      digest: string;
      firstSeen: string;
      definition: ToolDefinition;
      /** Newest first. */
      verdicts: Verdict[];
    }
  | {
      kind: "server";
      id: string;
      source: string;
      title?: string;
      version?: string;
      status: CrawlStatus;
      reason?: string;
      toolCount: number;
      firstSeen: string;
      lastSeen: string;
      lastCrawl?: number;
      lastGoodCrawl?: number;
    }
  | {
      kind: "crawl";
      id: number;
      server: string;
      source: string;
      status: CrawlStatus;
      reason?: string;
      toolCount: number;
      startedAt: string;
      durationMs: number;
      version?: string;
      package?: PackageRow;
      protocolVersion?: string;
      launch?: LaunchConditions;
      ttlMs?: number;
      serverInfo?: Record<string, unknown>;
      instructions?: string;
      problems?: ToolProblem[];
      authorization?: Authorization;
      registryEntry?: RegistryEntry;
    }
  | {
      kind: "tool";
      server: string;
      name: string;
      position: number;
      digest: string;
      rules: string;
      firstSeen: string;
      lastSeen: string;
      goneSince?: string;
      crawl: number;
    }
  | {
      kind: "version";
      id: number;
      server: string;
      name: string;
      digest: string;
      firstSeen: string;
      lastSeen: string;
    }
  | {
      kind: "change";
      id: number;
      server: string;
      tool: string;
      type: ChangeKind;
      worse: boolean;
      before?: ToolState;
      after?: ToolState;
      at: string;
      crawl: number;
    };

export type RecordOf<Kind extends DatasetRecord["kind"]> = Extract<DatasetRecord, { kind: Kind }>;
