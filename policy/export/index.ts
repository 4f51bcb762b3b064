import { AGENTGATEWAY } from "./agentgateway.ts";
import { CEDAR_MCP } from "./cedar-mcp.ts";
import { CLAUDE_CODE } from "./claude-code.ts";
import { CODEX } from "./codex.ts";
import { CURSOR } from "./cursor.ts";
import { DOCKER_MCP } from "./docker-mcp.ts";
import { ENVOY_AI_GATEWAY } from "./envoy-ai-gateway.ts";
import { GEMINI_CLI } from "./gemini-cli.ts";
import { INTERCEPT } from "./intercept.ts";
import { LITELLM } from "./litellm.ts";
import { POLICY_JSON } from "./policy-json.ts";
import { REGO } from "./rego.ts";
import { TOOLHIVE_CEDAR } from "./toolhive-cedar.ts";
import type { ExportFormat } from "./types.ts";

export { defaultAlias } from "./alias.ts";
export { renderFormats } from "./page.ts";
export { prepareServer } from "./prepare.ts";
export type {
  ExportFormat,
  ExportServer,
  ExportTool,
  Loss,
  Outcome,
} from "./types.ts";

/** All formats a policy can be had in; the reference format first, then by id. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  POLICY_JSON,
  AGENTGATEWAY,
  CEDAR_MCP,
  CLAUDE_CODE,
  CODEX,
  CURSOR,
  DOCKER_MCP,
  ENVOY_AI_GATEWAY,
  GEMINI_CLI,
  INTERCEPT,
  LITELLM,
  REGO,
  TOOLHIVE_CEDAR,
];
