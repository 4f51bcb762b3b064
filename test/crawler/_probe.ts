// Tries one sandbox over and over, until it is killed: `_probe.ts <level> <drops user>`.
import { SANDBOX_LEVELS, works } from "../../crawler/sandbox.ts";

const level = SANDBOX_LEVELS.find((name) => name === process.argv[2]) ?? "bubblewrap";
for (;;) await works({ level, dropsUser: process.argv[3] === "true" });
