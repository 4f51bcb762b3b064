/** A built site as a visitor meets it: behind a plain static host, under a path, in a browser. */
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../site/_server.ts";
import { openCatalog, temporaryFolder } from "./_built.ts";

const BASE = "/sub/path";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};
const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: "object" } });

/** Serves a folder under BASE as the plainest hosts do. @returns its address. */
async function serve(folder: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host.invalid");
    const file = path.join(folder, decodeURIComponent(pathname.slice(BASE.length)));
    const found = pathname.startsWith(`${BASE}/`) ? await stat(file).catch(() => undefined) : undefined;
    if (found?.isDirectory() && !pathname.endsWith("/")) {
      response.writeHead(301, { location: `${pathname}/` }).end();
      return;
    }
    const whole = found?.isDirectory() ? path.join(file, "index.html") : file;
    const body = found && (await readFile(whole).catch(() => undefined));
    response.writeHead(body ? 200 : 404, { "content-type": TYPES[path.extname(whole)] ?? "text/plain" });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a built site works in a browser under a path: nothing fails, and it can be searched", {
  timeout: 300_000,
}, async () => {
  const catalog = await openCatalog();
  const folder = path.join(await temporaryFolder(), "out");
  await catalog.store("npm/@example/mail", [
    tool("send_mail", "Sends a letter to any address."),
    tool("read_mail", "Reads the letters of a user."),
  ]);
  await catalog.store("local/files", [tool("delete_file", "Deletes a file for good.")]);
  expect(await catalog.build("--out", folder, "--base", BASE)).toMatchObject({ code: 0 });
  const host = await serve(folder);
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
  page.on("response", (answer) => {
    if (answer.status() >= 400 || !answer.url().startsWith(`${host}${BASE}/`))
      troubles.push(`${answer.status()}: ${answer.url()}`);
  });

  const pages = [
    "/",
    "/servers/npm/@example/mail",
    "/tools/local/files/delete_file",
    "/risk/high",
    "/changes",
    "/report",
    "/try",
    "/glossary",
    "/policies",
    "/method",
    "/rules",
    "/docs",
  ];
  for (const address of pages) {
    await page.goto(`${host}${BASE}${address}`, { waitUntil: "networkidle" });
    expect(await page.title(), address).toContain("Placard");
  }

  // From the first page to a tool, as a visitor goes.
  await page.goto(`${host}${BASE}/`);
  await page.fill('input[name="text"]', "letter");
  await Promise.all([page.waitForURL(/\/search\/\?/), page.press('input[name="text"]', "Enter")]);
  await page.waitForSelector("#search-results li");
  expect(await page.locator("#search-results a").allTextContents()).toEqual(["send_mail", "read_mail"]);
  // What the index does not have cannot be asked for.
  const fields = await page
    .locator("main form [name]")
    .evaluateAll((all) => all.map((field) => field.getAttribute("name")));
  expect(fields).toEqual(["text", "category", "risk", "facet"]);
  await page.goto(`${host}${BASE}/search/?text=letter&risk=critical`);
  await page.waitForFunction(() =>
    /No tool/.test(document.getElementById("search-status")?.textContent ?? ""),
  );
  await page.goto(`${host}${BASE}/search/?risk=high`);
  await page.waitForSelector("#search-results li");
  const risky = await page.locator("#search-results li .sub").allTextContents();
  expect(risky.filter((text) => !text.includes(", high risk"))).toEqual([]);
  // Two words typed as one, letters in the wrong order, and one word typed as two.
  for (const [typed, meant] of [
    ["sendmail", "send mail"],
    ["delete+flie", "delete file"],
    ["del+ete+file", "delete file"],
  ]) {
    await page.goto(`${host}${BASE}/search/?text=${typed}`);
    await page.waitForSelector("#search-results li");
    expect(await page.locator("#search-results li").count()).toBe(1);
    expect(await page.locator("#search-status").textContent()).toBe(
      `No tool has “${typed?.replaceAll("+", " ")}”; looked for is “${meant}”. 1 of 3 tools`,
    );
  }
  await page.goto(`${host}${BASE}/search/?text=send+letter`);
  await page.click("#search-results a");
  await page.waitForURL(/send_mail/);
  expect(new URL(page.url()).pathname).toBe(`${BASE}/tools/npm/@example/mail/send_mail/`);
  expect(troubles).toEqual([]);
});
