-- Tools of the same name, however it is written: `deleteFiles`, `delete-file` and `file_delete` have one key, its words
-- in order of the alphabet, each as of one thing. Functions of an index are called without a search path.
CREATE FUNCTION name_key_of(tokens text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(coalesce(string_agg(word, ' ' ORDER BY word COLLATE "C"), ''), 200) FROM (
    SELECT CASE
      WHEN length(token) < 4 OR token ~ '(ss|us|is)$' THEN token
      WHEN token ~ 'ies$' THEN regexp_replace(token, 'ies$', 'y')
      ELSE regexp_replace(token, 's$', '') END AS word
    FROM unnest(tokens) AS token) AS words
$$;
--> statement-breakpoint
CREATE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT public.name_key_of(public.search_tokens(name, true))
$$;
--> statement-breakpoint
CREATE INDEX "tools_by_name_key" ON "tools" USING btree (name_key("name") COLLATE "C", "rank", "digest", "server")
  WHERE "gone_since" IS NULL;
