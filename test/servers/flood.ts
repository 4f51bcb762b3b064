// Sends far too much: one line without an end, or lines without number.
import { serve } from "./_rpc.ts";

const chunk = process.argv[2] === "lines" ? `${"x".repeat(1023)}\n`.repeat(64) : "x".repeat(65536);
const pour = (): void => {
  while (process.stdout.write(chunk));
  process.stdout.once("drain", pour);
};
serve({ "tools/list": () => void pour() });
