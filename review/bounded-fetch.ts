/** Most bytes of one answer, after decompression: an answer we ask for has a few thousand. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** The answer was larger than we take. */
export class TooLarge extends Error {
  constructor() {
    super("the answer was larger than we take");
    this.name = "TooLarge";
  }
}

/**
 * A `fetch` for the openai package that takes at most so many bytes in at most so many milliseconds, counted over
 * head and body, and follows no redirect: whoever is asked was chosen by the user.
 */
export function boundedFetch(maxBytes: number, timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const response = await fetch(input, { ...init, signal, redirect: "error" });
    if (!response.body) return response;
    let left = maxBytes;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          left -= chunk.byteLength;
          if (left < 0) controller.error(new TooLarge());
          else controller.enqueue(chunk);
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
}
