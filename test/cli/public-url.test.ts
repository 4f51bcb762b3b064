import { expect, onTestFinished, test } from "vitest";
import { readPublicUrl } from "../../cli/_public-url.ts";
import { createTestDatabase } from "../database.ts";
import { startPlacard } from "./_placard.ts";

test.each([
  [undefined, undefined],
  ["", undefined],
  ["https://catalog.example.com", "https://catalog.example.com"],
  ["https://catalog.example.com/", "https://catalog.example.com"],
  ["HTTP://Catalog.Example.com:8080", "http://catalog.example.com:8080"],
])("%j is the site at %j", (text, expected) => {
  expect(readPublicUrl(text)).toBe(expected);
});

test.each([
  "catalog.example.com",
  "ftp://catalog.example.com",
  "https://catalog.example.com/sub",
  "https://me:secret@catalog.example.com",
  "https://catalog.example.com/?x",
  "https://",
])("%j is refused in a sentence", (text) => {
  expect(() => readPublicUrl(text)).toThrow(/^Reading the site's public URL .* Write it without a path/);
});

test("a site that is told where it is says so, and one that is told nonsense does not start", {
  timeout: 150_000,
}, async () => {
  const { url: DATABASE_URL, drop } = await createTestDatabase();
  onTestFinished(drop);
  const wrong = startPlacard(["serve", "--url", "x"], { DATABASE_URL });
  expect(await wrong.exit()).toBe(2);
  expect(wrong.stderr()).toContain(`Reading the site's public URL "x"`);
  const env = { DATABASE_URL, PLACARD_URL: "https://catalog.example.com" };
  const placard = startPlacard(["serve", "--port", "0"], env);
  await placard.until("Placard is at ");
  const [, url = ""] = /Placard is at (http:\S+)/.exec(placard.stdout()) ?? [];
  expect(await (await fetch(`${url}/robots.txt`)).text()).toContain(
    "Sitemap: https://catalog.example.com/sitemap.xml",
  );
  expect(await (await fetch(`${url}/`)).text()).toContain(
    '<link rel="canonical" href="https://catalog.example.com/">',
  );
  placard.child.kill("SIGINT");
  expect(await placard.exit()).toBe(0);
});
