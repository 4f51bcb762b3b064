import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { loadFindingKinds } from "../../classifier/findings/load.ts";
import type { Finding } from "../../classifier/index.ts";

const folder = resolve(import.meta.dirname, "../../classifier/findings");

/** The files of the kinds of findings and of their word lists. */
export const findingFiles = ["rules", "words"].flatMap((part) =>
  readdirSync(`${folder}/${part}`)
    .sort()
    .map((file) => ({ path: `${part}/${file}`, text: readFileSync(`${folder}/${part}/${file}`, "utf8") })),
);

export const loadedKinds = () => loadFindingKinds(findingFiles, parse);

/** `id: severity` of each finding. */
export const brief = (findings: Finding[]): string[] =>
  findings.map(({ id, severity }) => `${id}: ${severity}`);
