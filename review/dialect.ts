/** What compatible endpoints disagree about. Every request has one; a refused one is said again more simply. */
export interface Dialect {
  /** How the endpoint is told to answer in JSON. Without a format the question alone asks for it. */
  format: "json_schema" | "json_object" | "none";
  /** Under which name it takes the limit of the answer. */
  limit: "max_completion_tokens" | "max_tokens";
  /** Whether it takes a temperature: models that reason do not. */
  temperature: boolean;
}

export const FULL_DIALECT: Dialect = {
  format: "json_schema",
  limit: "max_completion_tokens",
  temperature: true,
};

/** Codes of refusals that no other way of asking changes. */
const FINAL = /content_filter|context_length|model_not_found|billing|quota|api_key/;

/**
 * The next simpler way to ask after a refusal. Each step is one that cannot be undone, so there are at most four.
 *
 * @param said the endpoint's own words, code and parameter: a hint what it does not take
 * @returns undefined when the refusal is not about the way of asking, or there is no simpler one
 */
export function simpler(dialect: Dialect, status: number, said: string): Dialect | undefined {
  if (![400, 415, 422, 501].includes(status) || FINAL.test(said)) return undefined;
  const plainTemperature: Dialect = { ...dialect, temperature: false };
  const oldLimit: Dialect = { ...dialect, limit: "max_tokens" };
  if (dialect.temperature && said.includes("temperature")) return plainTemperature;
  if (dialect.limit === "max_completion_tokens" && said.includes("max_completion_tokens")) return oldLimit;
  if (dialect.format === "json_schema") return { ...dialect, format: "json_object" };
  if (dialect.format === "json_object") return { ...dialect, format: "none" };
  if (dialect.temperature) return plainTemperature;
  return dialect.limit === "max_completion_tokens" ? oldLimit : undefined;
}
