/**
 * What `Retry-After` says with every 503, in seconds (RFC 9110, section 10.2.3): a PostgreSQL that is started anew is
 * there again by then, and so are files that are being made; who waits longer loses little by asking again.
 */
export const COME_BACK = "10";
