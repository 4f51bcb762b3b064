/** The message of the innermost cause: drizzle's own repeats the whole query. At most 500 characters. */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message.slice(0, 500) : rootMessage(error.cause);
}
