/**
 * How long a header `Retry-After` asks to wait: it holds seconds, or a date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds; undefined where it says nothing that can be read
 */
export function readRetryAfter(header: string | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
