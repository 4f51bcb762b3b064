/** Why a connection ended or never began. Plain facts; `reasons.ts` has the words. */
export type ConnectionLoss =
  /** The program could not be started at all. */
  | { kind: "not-started"; code: string }
  /** The process ended: by itself (`code`) or by a signal. */
  | { kind: "ended"; code: number | null; signal: string | null }
  /** One message, or all together, went over the limit. */
  | { kind: "too-large"; what: "message" | "total"; limit: number }
  /** Nobody there, TLS trouble, connection cut: what the network said. */
  | { kind: "unreachable"; message: string }
  /** An address that we don't connect to. */
  | { kind: "refused-address"; message: string }
  /** A redirect that we don't follow. */
  | { kind: "redirect"; to: string }
  /** An HTTP answer that is no MCP. */
  | { kind: "http-status"; status: number; retryAfter?: string; text: string }
  | { kind: "content-type"; contentType: string }
  /** 401 or 403, with what the server advertises (RFC 9728 §5.1). */
  | { kind: "needs-authorization"; status: number; challenge?: string; resourceMetadata?: string };

export interface TransportHandlers {
  /** A JSON value that came in; not yet known to be JSON-RPC. */
  onMessage(message: unknown): void;
  /** Text that is no JSON, cut short: banners, log lines, rubbish. */
  onNoise(text: string): void;
  onLoss(loss: ConnectionLoss): void;
}

/** How JSON-RPC messages travel: over a process's pipes, or over HTTP. */
export interface Transport {
  /** Opens the connection. Everything that goes wrong arrives at `onLoss`. */
  start(handlers: TransportHandlers): void;
  /** Sends one message. Never rejects. */
  send(message: object): void;
  /** The revision agreed on in `initialize`, for transports that repeat it with each message. */
  agree(protocolVersion: string): void;
  /** Closes the connection and everything behind it, and waits for that. */
  close(): Promise<void>;
}
