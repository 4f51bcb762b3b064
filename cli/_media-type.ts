/** Whether an answer of this media type is text: it can be read as UTF-8, and compressing it pays. */
export function isText(mediaType: string): boolean {
  return /^text\/|json\b|xml\b|yaml\b|toml\b/.test(mediaType);
}
