/** What the comparison of two servers, or of two versions of one, draws. */
import type { Category, Risk } from "../../../classifier/index.ts";
import { type CompareQuery, compareUrl } from "./addresses.ts";
import type { Catalog } from "./catalog.ts";
import { findSide, readCompareQuery, type Side } from "./compare-query.ts";
import { compareTools, type ToolComparison } from "./compare-tools.ts";
import { findServers, type ServerChoice } from "./server-search.ts";
import { serverTokens, type Tokens } from "./tokens.ts";
import { dateWords } from "./words.ts";

/** One side in figures. */
export interface SideFigures {
  /** What it is called in this comparison: "A" and its version or time. */
  label: string;
  tools: number;
  byRisk: Record<Risk, number>;
  byCategory: Partial<Record<Category, number>>;
  findings: number;
  conflicts: number;
  tokens: Tokens;
}

export interface ComparePage {
  query: Partial<CompareQuery>;
  a?: Side;
  b?: Side;
  problems: string[];
  /** What of the address was ignored, a sentence each. */
  ignored: string[];
  /** Both sides, where both can be compared. */
  figures?: { a: SideFigures; b: SideFigures };
  comparison?: ToolComparison;
  /** Servers to take for a side that is missing or not known: each with the address that has it. */
  choices: { letter: "A" | "B"; servers: (ServerChoice & { url: string })[] }[];
  status: 200 | 400 | 404;
}

export async function prepareComparePage(catalog: Catalog, params: URLSearchParams): Promise<ComparePage> {
  const { query, problem, ignored } = readCompareQuery(params);
  const [a, b] = await Promise.all([findSide(catalog, query, "A"), findSide(catalog, query, "B")]);
  const sides = [a, b];
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...sides.flatMap((side) => side?.problem ?? []),
  ];
  const page: ComparePage = {
    query,
    a,
    b,
    problems,
    ignored,
    choices: await choicesFor(catalog, query, a, b),
    status: problem !== undefined ? 400 : problems.length > 0 ? 404 : 200,
  };
  if (!a || !b || problems.length > 0) return page;
  const figures = { a: await figuresOf(a), b: await figuresOf(b) };
  return { ...page, figures, comparison: compareTools(a.tools, b.tools) };
}

async function choicesFor(
  catalog: Catalog,
  query: Partial<CompareQuery>,
  a?: Side,
  b?: Side,
): Promise<ComparePage["choices"]> {
  const missing = (
    [
      ["A", a],
      ["B", b],
    ] as const
  ).filter(([, side]) => !side?.server);
  return Promise.all(
    missing.map(async ([letter, side]) => {
      const near = await findServers(catalog, side?.id.slice(0, 200), []);
      const found =
        near.servers.length > 0 || side === undefined ? near : await findServers(catalog, undefined, []);
      const key = letter === "A" ? { aVersion: undefined } : { bVersion: undefined };
      const urlOf = (id: string) =>
        compareUrl({ ...query, ...key, ...(letter === "A" ? { a: id } : { b: id }) });
      return { letter, servers: found.servers.map((server) => ({ ...server, url: urlOf(server.id) })) };
    }),
  );
}

async function figuresOf({ letter, tools, at, shown }: Side): Promise<SideFigures> {
  const byRisk: Record<Risk, number> = { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 };
  const byCategory: Partial<Record<Category, number>> = {};
  for (const { risk, category } of tools) {
    byRisk[risk] += 1;
    byCategory[category] = (byCategory[category] ?? 0) + 1;
  }
  const { encoding, count, complete } = await serverTokens(tools);
  return {
    label: [letter, shown, at && dateWords(at)].filter(Boolean).join(", "),
    tools: tools.length,
    byRisk,
    byCategory,
    findings: tools.filter(({ verdict }) => verdict.findings.length > 0).length,
    conflicts: tools.filter(({ verdict }) => verdict.annotations.conflicts.length > 0).length,
    tokens: { encoding, count, complete },
  };
}
