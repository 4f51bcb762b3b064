import { defineCollection } from "astro:content";
import { z } from "zod";
import { listAttacks, listFindingKinds, listRules } from "../../classifier/index.ts";

interface Text {
  id: string;
  body: string;
}

/** The texts of pages that are kept beside what they describe, rendered when the site is built. */
const texts = (name: string, list: () => Text[]) =>
  defineCollection({
    schema: z.object({}),
    loader: {
      name,
      load: async ({ store, renderMarkdown }) => {
        store.clear();
        for (const { id, body } of list())
          store.set({ id, data: {}, body, rendered: await renderMarkdown(body) });
      },
    },
  });

/** All else about a rule, a kind of finding or an attack pattern comes from the classifier. */
export const collections = {
  rules: texts("rules", listRules),
  findings: texts("findings", listFindingKinds),
  attacks: texts("attacks", () => listAttacks().map(({ slug, body }) => ({ id: slug, body }))),
};
