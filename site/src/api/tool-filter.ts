/** What the list of tools is asked for, from the query of its operation to what the catalog takes. */
import type { z } from "zod";
import type { ToolFilter } from "../../../db/types.ts";
import type { Read } from "../lib/filters.ts";
import type { listTools } from "./operations/tools.ts";

type ToolListQuery = z.output<typeof listTools.query>;

const GONE = { false: false, true: true, only: "only" } as const;

/** The filter, or which parameter does not go with the others. */
export function toolFilter(query: ToolListQuery): Read<ToolFilter> {
  const { fields: _, updated_since: updatedSince, gone, sort, ...rest } = query;
  const hasText = (query.text ?? "").trim() !== "";
  if (sort === "relevance" && !hasText) {
    const detail = "The parameter sort is relevance, and there are no words to go by; give text too.";
    return { ok: false, problem: { parameter: "sort", detail } };
  }
  return {
    ok: true,
    value: {
      ...rest,
      updatedSince,
      gone: gone === undefined ? updatedSince !== undefined : GONE[gone],
      sort: sort ?? (hasText ? "relevance" : "server"),
    },
  };
}
