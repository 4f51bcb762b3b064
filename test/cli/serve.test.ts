import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createTestDatabase } from "../database.ts";
import { processesWith, type Running, startPlacard } from "./_placard.ts";

const SERVERS = path.resolve(import.meta.dirname, "../servers");
const toolsSchema = z.object({ items: z.array(z.object({ server: z.string(), name: z.string() })) });
const progressSchema = z.object({
  jobs: z.array(z.object({ server: z.string(), state: z.string(), reason: z.string().optional() })),
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "placard-serve-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function starterFile(folder: string, servers: string[]): Promise<string> {
  const entries = servers.map((name) => ({ command: ["node", path.join(SERVERS, `${name}.ts`)], name }));
  const file = path.join(folder, "starter.yaml");
  await writeFile(file, JSON.stringify(entries));
  return file;
}

async function addressOf(placard: Running): Promise<string> {
  await placard.until("Placard is at ");
  return /Placard is at (http:\S+)/.exec(placard.stdout())?.[1] ?? "";
}

async function toolNames(url: string, server: string, count: number): Promise<string[]> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/tools?server=${server}`);
    const names = answer.ok ? toolsSchema.parse(await answer.json()).items.map((tool) => tool.name) : [];
    if (names.length >= count) return names.sort();
    await sleep(100);
  }
}

test("from an empty folder to a page of a server that was crawled just now, and again", {
  timeout: 180_000,
}, async () => {
  const folder = await temporaryFolder();
  const home = path.join(folder, "data");
  const starter = await starterFile(folder, ["crash", "good"]);
  const args = ["serve", "--starter", starter, "--port", "0"];

  const first = startPlacard(args, { PLACARD_HOME: home });
  const url = await addressOf(first);
  expect(await toolNames(url, "local/good", 2)).toEqual(["read_note", "write_note"]);
  const page = await fetch(`${url}/tools/local/good/write_note`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain("write_note");
  const style = /href="(\/_astro\/[^"]+\.css)"/.exec(html)?.[1];
  for (const encoding of ["br", "gzip"]) {
    const sheet = await fetch(`${url}${style}`, { headers: { "accept-encoding": encoding } });
    expect(sheet.headers.get("content-encoding")).toBe(encoding);
    expect(await sheet.text()).toContain("{");
  }
  await first.until("[2/2]");
  const { jobs } = progressSchema.parse(await (await fetch(`${url}/api/v1/progress`)).json());
  expect(jobs.map((job) => [job.server, job.state])).toEqual(
    expect.arrayContaining([
      ["local/crash", "failed"],
      ["local/good", "done"],
    ]),
  );
  expect(first.stderr()).toMatch(/\[\d\/2\] local\/good: 2 tools/);
  expect(first.stderr()).toMatch(/\[\d\/2\] local\/crash failed\. .*exit code/);
  first.child.kill("SIGINT");
  expect(await first.exit()).toBe(0);
  expect(processesWith(folder)).toEqual([]);

  const second = startPlacard(args, { PLACARD_HOME: home });
  const again = await addressOf(second);
  expect(await toolNames(again, "local/good", 2)).toEqual(["read_note", "write_note"]);
  await second.until("[1/1] local/crash failed");
  expect(second.stderr()).not.toContain("local/good");
  second.child.kill("SIGTERM");
  expect(await second.exit()).toBe(0);
  expect(processesWith(folder)).toEqual([]);
});

test("Ctrl-C in the middle of a crawl leaves no process and no half result", {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder();
  const server = path.join(folder, "silent-server.mjs");
  await writeFile(
    server,
    'process.on("SIGTERM", () => {}); process.stdin.resume(); setInterval(() => {}, 1000);\n',
  );
  const starter = path.join(folder, "starter.yaml");
  await writeFile(starter, `- command: [node, ${server}]\n  name: silent\n`);
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const placard = startPlacard(["serve", "--starter", starter, "--port", "0"], {
    PLACARD_HOME: path.join(folder, "data"),
    DATABASE_URL: url,
  });
  const address = await addressOf(placard);
  // The launcher's own command line does not name the server, so this is the server, running.
  while (processesWith("silent-server.mjs").length === 0) await sleep(50);
  const { jobs } = progressSchema.parse(await (await fetch(`${address}/api/v1/progress`)).json());
  expect(jobs).toMatchObject([{ server: "local/silent", state: "running" }]);
  placard.child.kill("SIGINT");
  expect(await placard.exit()).toBe(0);
  expect(placard.stderr()).not.toContain("went wrong");
  expect(processesWith("silent-server.mjs")).toEqual([]);
});

test("what keeps it from starting is one sentence and the right exit code", { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const file = path.join(folder, "a-file");
  await writeFile(file, "- neither: this\n");
  const cases: [string[], Record<string, string>, number, string][] = [
    [["--port", "web"], {}, 2, 'Reading the port "web": it is not a number from 0 to 65535.'],
    [[], { PORT: "65536" }, 2, 'Reading the port "65536"'],
    [["--port", String(port)], {}, 3, `Opening port ${port} on 127.0.0.1: another program is using it.`],
    [["--host", "192.0.2.1", "--port", "0"], {}, 3, "this machine has no such address"],
    [["--allow-host", "https://x/y"], {}, 2, 'Reading the allowed host "https://x/y"'],
    [["--rate-limit", "many"], {}, 2, 'Reading the rate limit "many"'],
    [["--trust-proxy", "10.0.0.0/33"], {}, 2, 'Reading the trusted proxy "10.0.0.0/33"'],
    [["--starter", path.join(folder, "none.yaml")], {}, 3, "there is no such file"],
    [["--starter", file], {}, 3, 'entry 1 has the key "neither", which is not known'],
    [["--port", "0"], { DATABASE_URL: "postgres://me:secret@127.0.0.1:1/x" }, 3, "nothing answers there"],
    [["--port", "0"], { PLACARD_HOME: file }, 3, "it is a file, not a folder"],
  ];
  for (const [args, env, code, sentence] of cases) {
    const placard = startPlacard(["serve", ...args], { PLACARD_HOME: path.join(folder, "data"), ...env });
    expect(await placard.exit(), sentence).toBe(code);
    expect(placard.stderr()).toContain(sentence);
    expect(placard.stderr().trim().split("\n"), sentence).toHaveLength(1);
    expect(placard.stderr()).not.toContain("secret");
    expect(placard.stdout()).toBe("");
  }
});
