import { EXIT, Failure } from "./failure.ts";

/**
 * Reads where the public reaches the site: an origin, such as `https://catalog.example.com`. Nothing given is nothing
 * known. The site's own paths come behind it.
 * @throws Failure for what is no such URL.
 */
export function readPublicUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === "";
  if (plain && url.pathname === "/" && url.search === "" && url.hash === "") return url.origin;
  throw new Failure(
    `Reading the site's public URL ${JSON.stringify(text)}: it is not a scheme and a host. Write it without a path, such as https://catalog.example.com.`,
    EXIT.usage,
  );
}
