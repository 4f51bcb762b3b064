/** What all tools' pages of a static site have around their own content: taken from one that the site made. */

/** The own parts of a page, as they stand in it. */
export interface OwnParts {
  head: string;
  content: string;
}

/** Puts a page together. */
export type Frame = (own: OwnParts) => string;

/**
 * The frame of a page.
 * @param page the page as the site answers it
 * @param own its own parts
 * @returns undefined when the page does not hold each of them once, one behind the other
 */
export function frameOf(page: string, { head, content }: OwnParts): Frame | undefined {
  const [before, behindHead, ...moreHeads] = page.split(head);
  if (behindHead === undefined || moreHeads.length > 0) return undefined;
  const [between, after, ...more] = behindHead.split(content);
  if (after === undefined || more.length > 0) return undefined;
  return (own) => before + own.head + between + own.content + after;
}
