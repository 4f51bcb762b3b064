/** The export formats in words, for pages. */
import { EXPORT_FORMATS, type ExportFormat } from "../../../policy/export/index.ts";
import { type PoliciesQuery, policiesUrl } from "./addresses.ts";
import { REFERENCE } from "./policy-query.ts";

export interface FormatLink {
  title: string;
  url: string;
}

/** How the documents of a format were tried, in a few words. */
export function proofWords({ proof }: ExportFormat): string {
  return proof.kind === "engine" ? `tried with ${proof.engine}` : "shape-checked only";
}

/** What that showed, or why no more was done; without a full stop. */
export function proofDetail({ proof }: ExportFormat): string {
  return proof.kind === "engine"
    ? `our tests ${proof.shown ?? "load it there"}`
    : `in no engine: ${proof.why}`;
}

/** The same policy in each other format, as addresses of the builder. */
export function otherFormats(query: PoliciesQuery): FormatLink[] {
  return EXPORT_FORMATS.filter(({ id }) => id !== (query.format ?? REFERENCE.id)).map(({ id, title }) => ({
    title,
    url: policiesUrl({ ...query, format: id === REFERENCE.id ? undefined : id }, "policy"),
  }));
}
