import type { ExportFormat } from "./types.ts";

const INTRO = `# Policy formats

Made from \`policy/export/\` by \`npm run formats\`; a test keeps it so.

\`placard policy <server id>… --format <format>\` writes the recommended policy in the words of the program that is to apply
it. \`--alias <server id>=<name>\` gives the name a server has there, for each server. Without it the name is made from the
id: the last part of it that says more than that it is an MCP server (\`npm/@modelcontextprotocol/server-memory\` →
\`memory\`), and after \`local/\` the name as it is.

What a format cannot say is mapped down as in this table, and told: in comments at the head of the document where the
format has them, and on stderr always. Tools are named one by one, never by pattern. A tool whose name a format cannot
hold, or shares with another tool there, never gets a looser rule than its own.

| what the policy does with a tool | a program that can ask a person | one that cannot |
| --- | --- | --- |
| allow | allow | allow |
| rate limits only | allow when it only reads, else ask | allow, without the limit |
| rules about arguments | ask, or those rules where the format has them | those rules where the format has them, else deny |
| deny | deny | deny |
| hide | deny; hidden where it can hide | deny; hidden where it can hide |
`;

/** The formats as a page of Markdown: what loads each, how it was tried, what it cannot say. */
export function renderFormats(formats: readonly ExportFormat[]): string {
  const rows = formats.map(
    ({ id, title, target, proof, cannot }) =>
      `| \`${id}\` | ${title} | ${target} | ${proofWords(proof)} | ${cannot.join("; ") || "nothing"} |`,
  );
  const head =
    "| `--format` | format | loaded by | tried with | cannot say |\n| --- | --- | --- | --- | --- |";
  const notes = formats.map(({ id, proof }) => `* \`${id}\`: ${proofSentence(proof)}.`);
  return `${INTRO}\n## The formats\n\n${head}\n${rows.join("\n")}\n\n## How each was tried\n\n${notes.join("\n")}\n`;
}

/** How the documents of a format were tried, in a few words. */
function proofWords(proof: ExportFormat["proof"]): string {
  return proof.kind === "engine" ? proof.engine : "shape-checked only";
}

function proofSentence(proof: ExportFormat["proof"]): string {
  if (proof.kind === "shape-checked only") return `its shape is checked, in no engine: ${proof.why}`;
  return proof.shown === undefined
    ? `tests load it into ${proof.engine}`
    : `${proof.engine}. Tests ${proof.shown}`;
}
