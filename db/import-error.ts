/** A dataset that the catalog cannot take. */
export class ImportError extends Error {
  override name = "ImportError";
  /** Whether it is the catalog that is not empty, or the data that is wrong. */
  readonly why: "full" | "data";
  /** From 1; undefined where it is no line's fault. */
  readonly line: number | undefined;

  /** @param problem a sentence's end: "its definition is not in the file". */
  constructor(why: "full" | "data", line: number | undefined, problem: string) {
    super(problem);
    this.why = why;
    this.line = line;
  }
}
