import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { HOME, SYSTEM_NODE } from "./_run.ts";

/** A server that tells us over a socket that it runs, and whose end closes the socket: no guessing by the clock. */
const SERVER = `
  require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
  process.on("SIGINT", () => {});
  setInterval(() => {}, 1000);
`;

test.each([
  ["a recent Node", process.execPath],
  ...(SYSTEM_NODE ? [["an old Node, through the launcher", SYSTEM_NODE]] : []),
])("on %s Ctrl-C ends the crawl and the server it has started", async (_, node = "") => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  const child = spawn(
    node,
    ["cli/placard.mjs", "crawl", "--no-store", "--network", "--", process.execPath, "-e", SERVER, `${port}`],
    { env: { PATH: process.env.PATH, HOME, PLACARD_HOME: HOME }, stdio: "ignore" },
  );
  const [socket] = await once(listener, "connection");
  socket.on("error", () => {}).resume();
  const serverGone = once(socket, "close");
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(code).toBe(130);
  await serverGone;
  listener.close();
});

test("what npm runs ends when the shell between them has ended", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  const crawl = ["cli/placard.mjs", "crawl", "--no-store", "--network", "--"];
  const command = [process.execPath, ...crawl, process.execPath, "-e", SERVER, `${port}`];
  const env = { PATH: process.env.PATH, HOME, PLACARD_HOME: HOME, npm_lifecycle_event: "start" };
  const shell = spawn("sh", ["-c", '"$@"; true', "sh", ...command], { env, stdio: "ignore" });
  const [socket] = await once(listener, "connection");
  socket.on("error", () => {}).resume();
  const serverGone = once(socket, "close");
  shell.kill("SIGTERM");
  await expect(serverGone).resolves.toBeDefined();
  listener.close();
});

/** Takes longer to stop than signals may lie apart that are one. */
const STOPPING = `
  const { processIo } = await import(process.argv[1]);
  processIo().signal().addEventListener("abort", () => {
    process.stdout.write("stopping ");
    setTimeout(() => process.stdout.write("stopped"), 2_500);
  });
  const timer = setInterval(() => {}, 1_000);
  setTimeout(() => clearInterval(timer), 2_500);
  process.stdout.write(process.pid + " ");
`;

test("what npm runs stops as it should when the shell ends after it was told", async () => {
  const io = new URL("../../cli/io.ts", import.meta.url).href;
  const command = [process.execPath, "--input-type=module", "-e", STOPPING, io];
  const env = { PATH: process.env.PATH, npm_lifecycle_event: "start" };
  const shell = spawn("sh", ["-c", '"$@"; true', "sh", ...command], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const text of shell.stdout.setEncoding("utf8")) {
    const before = said;
    said += text;
    if (!before.includes(" ") && said.includes(" ")) process.kill(Number.parseInt(said, 10), "SIGTERM");
    if (!before.includes("stopping") && said.includes("stopping"))
      setTimeout(() => shell.kill("SIGTERM"), 700);
  }
  expect(said).toContain("stopped");
});
