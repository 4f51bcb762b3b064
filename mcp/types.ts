/** What the tools are given by whoever serves them. */
import type { ToolDefinition, Verdict } from "../classifier/index.ts";
import type {
  Page,
  ServerDetail,
  ServerFilter,
  ServerRow,
  ServerTool,
  ToolDetail,
  ToolFilter,
  ToolPage,
} from "../db/index.ts";
import type { Preset } from "../policy/index.ts";

/** The part of the catalog that the tools read. */
export interface McpCatalog {
  servers(filter?: ServerFilter): Promise<Page<ServerRow>>;
  server(id: string): Promise<ServerDetail | undefined>;
  tools(filter?: ToolFilter): Promise<ToolPage>;
  tool(server: string, name: string): Promise<ToolDetail | undefined>;
  serverTools(id: string): Promise<ServerTool[]>;
}

/** A policy as links name it. */
export interface PolicyChoice {
  servers: readonly string[];
  tool?: string;
  format?: string;
  preset?: Preset;
  aliases?: ReadonlyMap<string, string>;
}

/** Where things have their pages: whole URLs where the site's own is known, else paths from its root. */
export interface Links {
  home(): string;
  server(id: string): string;
  tool(server: string, name: string): string;
  /** The page that shows a policy. */
  policy(choice: PolicyChoice): string;
  /** The document alone. */
  policyDocument(choice: PolicyChoice): string;
}

/** Everything that a call of a tool may use. */
export interface ToolContext {
  catalog: McpCatalog;
  /** The verdict on a definition that was handed over. */
  judge: (definition: ToolDefinition) => Verdict;
  links: Links;
  /** Placard's version. */
  version: string;
  /** Told, in one sentence, of faults of ours. Never shown to clients. */
  note: (line: string) => void;
}

/** The catalog cannot be read now. Its message is shown to the client as it is. */
export class UnavailableError extends Error {
  override name = "UnavailableError";
}
