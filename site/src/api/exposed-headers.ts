/** Headers that scripts of other origins may read besides the simple ones (the Fetch standard's CORS protocol). */
export const EXPOSED_HEADERS = [
  "accept-ranges",
  "allow",
  "content-disposition",
  "content-range",
  "etag",
  "link",
  "placard-losses",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
].join(", ");

/** Headers that they may send besides the simple ones. */
export const ALLOWED_HEADERS =
  "content-type, if-match, if-modified-since, if-none-match, if-range, if-unmodified-since, range";
