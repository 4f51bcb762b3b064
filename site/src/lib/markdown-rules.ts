/** Rules, kinds of findings and attack patterns as Markdown. Their texts are ours, and Markdown already. */
import type { AttackPattern, FindingKind, RulePage } from "../../../classifier/index.ts";
import { listFindingKinds, MODEL_RULE } from "../../../classifier/index.ts";
import { attacksUrl, attackUrl, categoryUrl, facetUrl, markdownUrl, riskUrl, ruleUrl } from "./addresses.ts";
import { attackNamed, attacksByReach, conditionRows, incidentRows, taxonomyRows } from "./attacks.ts";
import { bullets, code, fence, link, page, section, table } from "./markdown-text.ts";
import { clueCount, learntCategories } from "./model.ts";
import { allRules, findingKind, ruleNamed, ruleTitle } from "./rules.ts";
import { CATEGORIES_WORST_FIRST, monthWords, RISK_LABEL, SEVERITY } from "./words.ts";

interface Example {
  define: Record<string, unknown>;
  because?: string;
}

/** The list of rules and kinds of findings. */
export function rulesMarkdown(): string {
  const rules = allRules();
  const line = ({ id, title, risk }: RulePage) =>
    `${link(`The tool may ${title}`, markdownUrl(ruleUrl(id)))}${risk ? ` (${RISK_LABEL[risk].toLowerCase()})` : ""}`;
  return page(
    "Rules",
    "The rules behind every verdict, each one file that anybody can read and change.",
    ...CATEGORIES_WORST_FIRST.map((category) => {
      const own = rules.filter((rule) => rule.category === category);
      return own.length > 0 ? section(category, bullets(own.map(line))) : undefined;
    }),
    section("Facets and risk", bullets(rules.filter((rule) => !rule.category).map(line))),
    section("Learnt", bullets([link(ruleTitle(MODEL_RULE), markdownUrl(ruleUrl(MODEL_RULE)))])),
    section(
      "Findings",
      "What a reader should know of a definition's text. A finding never changes a verdict.",
      bullets(
        listFindingKinds().map(
          ({ id, title, severity }) =>
            `${SEVERITY[severity].label}: ${link(title, markdownUrl(ruleUrl(id)))}`,
        ),
      ),
    ),
  );
}

/** The page of a rule, a kind of finding, or the model; undefined when there is none of that id. */
export function ruleMarkdown(id: string): string | undefined {
  if (id === MODEL_RULE) return modelMarkdown();
  const rule = ruleNamed(id);
  if (rule) return rulePage(rule);
  const kind = findingKind(id);
  return kind && kindPage(kind);
}

function rulePage(rule: RulePage): string {
  const { category, risk, facets } = rule;
  const speaks = [
    category && `Speaks for ${link(category, markdownUrl(categoryUrl(category)))}.`,
    risk && `Risk: ${link(risk, markdownUrl(riskUrl(risk)))}.`,
    facets.length > 0 &&
      `Shows ${facets.map((facet) => link(facet, markdownUrl(facetUrl(facet)))).join(", ")}.`,
  ].filter(Boolean);
  const clauses = (list: RulePage["match"]["any"]) =>
    bullets(
      list.map((clause) =>
        Object.entries(clause)
          .map(([key, words]) => `${key}: ${words.join(", ")}`)
          .join("; "),
      ),
    );
  return page(
    `The tool may ${rule.title}`,
    speaks.join(" "),
    rule.body,
    section("What it looks for", "Any of these; in a line, all of it:", clauses(rule.match.any)),
    section("But not when", clauses(rule.match.not)),
    section("It holds for", examples(rule.examples.match)),
    section("Near misses", examples(rule.examples["no-match"])),
    `This rule is the file \`${rule.file}\`. ${link("As a page", ruleUrl(rule.id))}.`,
  );
}

function kindPage(kind: FindingKind): string {
  return page(
    kind.title,
    `${SEVERITY[kind.severity].label}: ${kind.message}`,
    kind.body,
    section("It holds for", examples(kind.examples.match)),
    section("Near misses", examples(kind.examples["no-match"])),
    `This kind of finding is the file \`${kind.file}\`. ${link("As a page", ruleUrl(kind.id))}.`,
  );
}

function modelMarkdown(): string {
  return page(
    ruleTitle(MODEL_RULE),
    `Beside the rules stands a small model that has learnt from labelled definitions which words go with which category. It has heard what the rules say, and its word decides the category. It is a table of ${clueCount().toLocaleString("en-GB")} rows, and no language model.`,
    ...learntCategories().map(({ category, words, rules }) =>
      section(
        category,
        table(
          ["Word or rule", "Where", "Weight"],
          [...words, ...rules].map(({ key, places, weight }) => [
            code(key),
            places.join(", "),
            weight.toFixed(2),
          ]),
        ),
      ),
    ),
  );
}

/** Examples hold what findings are about, so they are strangers' text as well. */
function examples(list: readonly Example[]): string {
  return list
    .flatMap(({ define, because }) => [
      fence(JSON.stringify(define, null, 2), "json"),
      because ? `Because ${because}.` : "",
    ])
    .filter(Boolean)
    .join("\n\n");
}

/** The list of attack patterns. */
export function attacksMarkdown(): string {
  const line = ({ slug, title, summary }: AttackPattern) =>
    `${link(title, markdownUrl(attackUrl(slug)))}: ${summary}`;
  return page(
    "Attack patterns",
    "How tools are turned against their users: what each attack needs, what has happened, and what to do about it.",
    section("With some tools", bullets(attacksByReach.some.map(line))),
    section("With every tool", bullets(attacksByReach.every.map(line))),
    `${link("As a page", attacksUrl())}.`,
  );
}

/** The page of one attack pattern; undefined when there is none of that name. */
export function attackMarkdown(slug: string): string | undefined {
  const pattern = attackNamed(slug);
  if (!pattern) return undefined;
  const conditions = (
    clauses: NonNullable<AttackPattern["match"]>["any"] | NonNullable<AttackPattern["match"]>["not"],
  ) =>
    bullets(
      clauses.map((clause) =>
        conditionRows(clause)
          .map(({ what, values }) => `${what} ${values.map(({ text }) => text).join(", ")}`.trim())
          .join("; "),
      ),
    );
  return page(
    pattern.title,
    pattern.summary,
    pattern.body,
    section("What to do if you let agents use the server", bullets(pattern.mitigations.user)),
    section("What to do if you write it", bullets(pattern.mitigations.author)),
    pattern.match
      ? section("What it needs", "Any of these; in a line, all of it:", conditions(pattern.match.any))
      : undefined,
    pattern.match ? section("But not when", conditions(pattern.match.not)) : undefined,
    section(
      "What has happened",
      bullets(
        incidentRows(pattern).map(({ title, when, fact, sources }) => {
          const links = sources.map(({ url }, index) => link(`source ${index + 1}`, url));
          return `**${title}**${when ? ` (${monthWords(when)})` : ""}: ${fact} ${links.join(", ")}`;
        }),
      ),
    ),
    section(
      "In lists of others",
      bullets(
        taxonomyRows(pattern).map(
          ({ title, version, ids }) =>
            `${title}, ${version}: ${ids.map(({ id, title: name }) => `${id} ${name}`).join("; ")}`,
        ),
      ),
    ),
    `This pattern is the file \`${pattern.file}\`. ${link("As a page", attackUrl(slug))}.`,
  );
}
