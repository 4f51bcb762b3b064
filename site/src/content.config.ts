import { defineCollection } from "astro:content";
import { z } from "zod";
import { listRules } from "../../classifier/index.ts";

/** The text of each rule's page, rendered when the site is built; the rest of a rule comes from the classifier. */
export const collections = {
  rules: defineCollection({
    schema: z.object({}),
    loader: {
      name: "rules",
      load: async ({ store, renderMarkdown }) => {
        store.clear();
        for (const rule of listRules()) {
          store.set({ id: rule.id, data: {}, body: rule.body, rendered: await renderMarkdown(rule.body) });
        }
      },
    },
  }),
};
