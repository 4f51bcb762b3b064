import { expect, test } from "vitest";
import { EXPORT_FORMATS, renderFormats } from "../../../policy/export/index.ts";

test("docs/policy-formats.md is what the formats say of themselves (npm run formats)", async () => {
  await expect(renderFormats(EXPORT_FORMATS)).toMatchFileSnapshot("../../../docs/policy-formats.md");
});

test("each format has an id, a title and a file of its own", () => {
  for (const key of ["id", "title"] as const) {
    const values = EXPORT_FORMATS.map((format) => format[key]);
    expect(new Set(values).size).toBe(values.length);
  }
});
