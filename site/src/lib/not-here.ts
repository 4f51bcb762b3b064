import { llmsUrl } from "./addresses.ts";

/** What endpoints that are no pages answer where there is nothing: one sentence as text. */
export function notHere(pathname: string): Response {
  return new Response(
    `There is nothing at ${pathname.slice(0, 200)}. ${llmsUrl()} says what this site has.\n`,
    {
      status: 404,
      headers: { "content-type": "text/plain; charset=utf-8" },
    },
  );
}
