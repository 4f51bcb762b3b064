import { RefusedAddressError } from "./_addresses.ts";
import { explainNetworkError } from "./_network-errors.ts";
import type { ConnectionLoss } from "./transport.ts";

/** A request that failed, with what it means for the connection. */
export class LossError extends Error {
  readonly loss: ConnectionLoss;

  constructor(loss: ConnectionLoss) {
    super(loss.kind);
    this.loss = loss;
  }
}

/** What an error of node:http means. */
export function lossOf(error: unknown): LossError {
  if (error instanceof LossError) return error;
  if (error instanceof RefusedAddressError)
    return new LossError({ kind: "refused-address", message: error.message });
  const { code, message } = error as NodeJS.ErrnoException;
  return new LossError({ kind: "unreachable", message: explainNetworkError(code, message) });
}
