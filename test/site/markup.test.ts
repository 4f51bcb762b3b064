import { expect, test } from "vitest";
import { html, Markup } from "../../site/src/html/markup.ts";
import { servedHtml } from "../../site/src/html/text.ts";

const HOSTILE = `<b>"it's" & more</b>`;

test("whatever is put into a template is text there", () => {
  expect(html`<p>${HOSTILE}</p>`.text).toBe("<p>&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;</p>");
  expect(html`<p>${[HOSTILE, [HOSTILE]]}</p>`.text.match(/&lt;b&gt;/g)).toHaveLength(2);
});

test("a value ends with its own quotes", () => {
  expect(html`<a title="${HOSTILE}">`.text).toBe(`<a title="<b>&quot;it's&quot; &amp; more</b>">`);
  expect(html`<a title="about ${HOSTILE}">`.text).toBe(
    '<a title="about &lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;">',
  );
});

test("markup stays as it is, numbers are written, and nothing is nothing", () => {
  expect(html`${new Markup("<br>")}${html`<i>${1}</i>`}${0}${false}${undefined}${null}${""}`.text).toBe(
    "<br><i>1</i>0",
  );
});

test("a long text is folded where no sign is parted", () => {
  const text = `${"a".repeat(99)}👩${"b".repeat(100)}`;
  const shown = servedHtml({ text, limit: 100 }).text;
  expect(shown).toContain(`${"a".repeat(99)}<details><summary>Show the other 102 characters</summary>👩`);
  expect(servedHtml({ text, limit: 200 }).text).not.toContain("<details>");
});
