/** Why a connection ended or never began. Plain facts; `reasons.ts` has the words. */
export type ConnectionLoss =
  /** The program could not be started at all. */
  | { kind: "not-started"; code: string }
  /** The process ended: by itself (`code`) or by a signal. */
  | { kind: "ended"; code: number | null; signal: string | null }
  /** We ended the process because it, with all it started, used too much of something. */
  | { kind: "over-limit"; what: "memory" | "processes" | "disk" | "files"; limit: number }
  /** One message, all together, the log on stderr, or the number of JSON parts in all together went over the limit. */
  | { kind: "too-large"; what: "message" | "total" | "log" | "parts"; limit: number }
  /** Nobody there, TLS trouble, connection cut: what the network said. */
  | { kind: "unreachable"; message: string }
  /** An address that we don't connect to. */
  | { kind: "refused-address"; message: string }
  /** A redirect that we don't follow: to another origin, to an address that is not public, in a circle, or one too many. */
  | { kind: "redirect"; to: string; why: "elsewhere" | "private" | "loop" | "too-many" }
  /** An HTTP answer that is no MCP, with the JSON-RPC error code in its body where there is one. */
  | { kind: "http-status"; status: number; retryAfter?: string; text: string; code?: number }
  /** 404 to a request that named a session (MCP 2025-11-25, Session Management): it is to be started anew. */
  | { kind: "session-expired" }
  /** The answer ended before it answered the request. */
  | { kind: "no-answer" }
  | { kind: "content-type"; contentType: string }
  /** 401 or 403, with what the server advertises (RFC 9728 §5.1). */
  | { kind: "needs-authorization"; status: number; challenge?: string; resourceMetadata?: string };

export interface TransportHandlers {
  /** A JSON value that came in; not yet known to be JSON-RPC. */
  onMessage(message: unknown): void;
  /** Text that is no JSON, cut short: banners, log lines, rubbish. */
  onNoise(text: string): void;
  /** With the id of a request, only that one has failed; without, the connection has. */
  onLoss(loss: ConnectionLoss, request?: number): void;
}

/** How JSON-RPC messages travel: over a process's pipes, or over HTTP. */
export interface Transport {
  /** Opens the connection. Everything that goes wrong arrives at `onLoss`. */
  start(handlers: TransportHandlers): void;
  /** Sends one message. Never rejects. */
  send(message: object): void;
  /** The revision agreed on in `initialize`, for transports that repeat it with each message. */
  agree(protocolVersion: string): void;
  /** Nobody waits for the answer to this request any more; for transports that keep something open for it. */
  cancel?(request: number): void;
  /** Opens the stream for what the server says unasked, for transports that have one beside the answers. */
  listen?(): void;
  /** Forgets the session, so that `initialize` may begin another. */
  forget?(): void;
  /** Closes the connection and everything behind it, and waits for that. */
  close(): Promise<void>;
}
