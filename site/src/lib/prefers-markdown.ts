/** Whether Markdown is named, and HTML is not wanted more (RFC 9110 §12.5.1). Browsers do not name it. */
export function prefersMarkdown(accept: string | null): boolean {
  const weights = new Map<string, number>();
  for (const range of accept?.split(",") ?? []) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(type, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const markdown = weights.get("text/markdown") ?? 0;
  return markdown > 0 && markdown >= (weights.get("text/html") ?? 0);
}
