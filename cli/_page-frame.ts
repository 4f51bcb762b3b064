/** What all pages of tools, and all of servers, have around their own content: taken from one that the site made. */

/** The own parts of a page, as they stand in it. */
export interface OwnParts {
  head: string;
  content: string;
}

/** What stands around them. */
export interface Frame {
  before: string;
  between: string;
  after: string;
}

/** A page that is not put together yet: its frame is that of many. */
export interface FramedPage {
  frame: Frame;
  own: OwnParts;
}

/** The frames of one site, known as soon as the site has made a page of the kind. */
export interface Frames {
  tool?: Frame;
  server?: Frame;
}

/**
 * The frame of a page.
 * @param page the page as the site answers it
 * @param own its own parts
 * @returns undefined when the page does not hold each of them once, one behind the other
 */
export function frameOf(page: string, { head, content }: OwnParts): Frame | undefined {
  const [before = "", behindHead, ...moreHeads] = page.split(head);
  if (behindHead === undefined || moreHeads.length > 0) return undefined;
  const [between = "", after, ...more] = behindHead.split(content);
  if (after === undefined || more.length > 0) return undefined;
  return { before, between, after };
}

/** The page as text. */
export function framedText({ frame, own }: FramedPage): string {
  return frame.before + own.head + frame.between + own.content + frame.after;
}
