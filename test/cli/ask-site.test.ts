import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { askSite, type PageHandler } from "../../cli/_ask-site.ts";

const origin = new URL("https://catalog.example.org");
/** What Astro's own handlers make requests with. */
const { createRequestFromNodeRequest } = createRequire(import.meta.url)("astro/app/node");

test("nothing of an answer is held when it has been read", async () => {
  const held: WeakRef<object>[] = [];
  const handler: PageHandler = (asked, reply) => {
    const request = createRequestFromNodeRequest(asked);
    asked.once("error", () => reply.destroy(request));
    held.push(new WeakRef(reply));
    reply.writeHead(200, { "content-type": "text/plain" });
    reply.end(request.url);
  };
  for (let number = 0; number < 50; number += 1) {
    const answer = await askSite(handler, { address: `/${number}`, origin }, {});
    expect(answer?.body.toString()).toBe(`https://catalog.example.org/${number}`);
  }
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What a WeakRef gives stays until the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(held.filter((reply) => reply.deref() !== undefined).length).toBeLessThan(5);
});
