/** What to paste where a badge is to be shown. */

/** In: our own words and two whole, percent-encoded URLs. Out: the same as Markdown and as HTML. */
export function badgeSnippets({ label, image, page }: { label: string; image: string; page: string }) {
  // Of what may stand in an address, these would end a Markdown link or an attribute.
  const url = (address: string) =>
    address.replace(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    { what: "Markdown", text: `[![${label}](${url(image)})](${url(page)})` },
    { what: "HTML", text: `<a href="${url(page)}"><img src="${url(image)}" alt="${label}" height="20"></a>` },
  ];
}
