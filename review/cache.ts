import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Answer, keptAnswerSchema } from "./answer.ts";

/** What an answer belongs to: another definition, model or question is another answer. */
export interface CacheKey {
  digest: string;
  model: string;
  promptVersion: string;
}

/** Answers of models on disk, one file each. Several processes may share the folder. */
export interface Cache {
  get(key: CacheKey): Promise<Answer | undefined>;
  set(key: CacheKey, answer: Answer): Promise<void>;
  /** What went wrong, a sentence each; never a reason to stop. */
  notes: string[];
}

const entrySchema = z.strictObject({
  digest: z.string(),
  model: z.string(),
  promptVersion: z.string(),
  answer: keptAnswerSchema,
});

/** Most notes that are kept: a folder that cannot be written fails for every answer. */
const MAX_NOTES = 3;

/** @param folder need not be there; it is made, for its owner only, with the first answer */
export function openCache(folder: string): Cache {
  const notes: string[] = [];
  const note = (sentence: string) => {
    if (notes.length < MAX_NOTES) notes.push(sentence);
  };
  return {
    notes,
    async get(key) {
      const file = fileOf(folder, key);
      let text: string;
      try {
        text = await readFile(file, "utf8");
      } catch (error) {
        if (codeOf(error) !== "ENOENT")
          note(`Reading the cached answer ${file} failed (${codeOf(error)}); it is asked for again.`);
        return undefined;
      }
      const answer = answerIn(text, key);
      if (!answer) note(`The cached answer ${file} is damaged; it is asked for again.`);
      return answer;
    },
    async set(key, answer) {
      const file = fileOf(folder, key);
      const draft = `${file}.${randomUUID()}`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify({ ...key, answer }), { mode: 0o600 });
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        note(`Keeping an answer in ${folder} failed (${codeOf(error)}); it will be asked for again.`);
      }
    },
  };
}

function answerIn(text: string, key: CacheKey): Answer | undefined {
  try {
    const { answer, ...belongs } = entrySchema.parse(JSON.parse(text));
    const same = (Object.keys(belongs) as (keyof CacheKey)[]).every((part) => belongs[part] === key[part]);
    return same ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** A model's name may hold anything, so it is hashed with the rest; a folder for each first byte. */
function fileOf(folder: string, { digest, model, promptVersion }: CacheKey): string {
  const name = createHash("sha256")
    .update(JSON.stringify([digest, model, promptVersion]))
    .digest("hex");
  return join(folder, name.slice(0, 2), `${name}.json`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
