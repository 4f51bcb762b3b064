/**
 * Works on several values at a time and hands out the results in the order of the values.
 *
 * @param width how many values are taken from the source before the first result is there
 */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In>,
  width: number,
  work: (value: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const open: Promise<Out>[] = [];
  for await (const value of source) {
    const result = work(value);
    // Its turn may never come, when an earlier one fails.
    result.catch(() => {});
    open.push(result);
    if (open.length >= width) yield await (open.shift() as Promise<Out>);
  }
  for (const result of open) yield await result;
}
