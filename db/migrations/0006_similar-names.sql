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
--> statement-breakpoint
-- The keys of names like this one: with one word replaced by a like one that some name has, or left out. At most 150.
CREATE FUNCTION name_keys_near(name text) RETURNS SETOF text LANGUAGE plpgsql STABLE ROWS 20 AS $$
DECLARE
  tokens text[] := (search_tokens(name, true))[1:6];
BEGIN
  RETURN QUERY SELECT DISTINCT near.key FROM (
    SELECT name_key_of(tokens[:place - 1] || tokens[place + 1:]) AS key
      FROM generate_subscripts(tokens, 1) AS place WHERE cardinality(tokens) > 2
    UNION ALL
    SELECT name_key_of(tokens[:place - 1] || ARRAY[word] || tokens[place + 1:])
      FROM generate_subscripts(tokens, 1) AS place CROSS JOIN LATERAL search_words_like(tokens[place]) AS word
      WHERE length(tokens[place]) BETWEEN 4 AND 40 AND tokens[place] !~ '[0-9]'
  ) AS near WHERE near.key NOT IN ('', name_key(name)) LIMIT 150;
END $$;
