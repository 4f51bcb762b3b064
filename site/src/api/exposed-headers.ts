/** Headers that scripts of other origins may read besides the simple ones (the Fetch standard's CORS protocol). */
export const EXPOSED_HEADERS = "etag, link, allow, retry-after, ratelimit, ratelimit-policy, placard-losses";
