-- What `tool_search` holds, and the triggers that keep it in step with the tables it repeats.
DROP INDEX IF EXISTS "definitions_by_words";
--> statement-breakpoint
-- The words of a text, in order and in small letters. Han and kana have no spaces: each character is a word.
-- With `split`, words also end inside: "createIssue" and "HTTPServer" are two each.
CREATE FUNCTION search_tokens(said text, split boolean) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF split AND said ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' THEN
    said := regexp_replace(said, '([a-z0-9])([A-Z])', '\1 \2', 'g');
    said := regexp_replace(said, '([A-Z])([A-Z][a-z])', '\1 \2', 'g');
  END IF;
  IF said ~ '[぀-ヿ㐀-鿿]' THEN
    said := regexp_replace(said, '([぀-ヿ㐀-鿿])', ' \1 ', 'g');
  END IF;
  -- Not every locale knows which characters outside ASCII are letters: what is none is listed.
  said := lower(regexp_replace(
    said, '[\s\u0001-/:-@\[-`{-\u00a0«»·¿¡–—‘’“”„•…‹›、。「」【】！（），：；？]+', ' ', 'g'));
  RETURN array(
    SELECT left(token, 100) FROM string_to_table(said, ' ') WITH ORDINALITY AS t(token, place)
    WHERE token <> '' ORDER BY place);
END $$;
--> statement-breakpoint
-- The terms of a name: its words, pairs of neighbours as one ("git" "hub" is also "github"), and all of it as one. With
-- = in front what stands in the name, with ^ what it begins with, with ~ all of it.
CREATE FUNCTION search_name_terms(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  tokens text[] := search_tokens(name, true);
  whole text := left(array_to_string(tokens, ''), 200);
  words text[] := tokens || whole;
  word text;
  terms text[];
BEGIN
  IF tokens = '{}' THEN RETURN '{}'; END IF;
  FOR i IN 1 .. cardinality(tokens) - 1 LOOP
    words := words || (tokens[i] || tokens[i + 1]);
  END LOOP;
  terms := words;
  FOREACH word IN ARRAY words LOOP
    terms := terms || ('=' || word);
  END LOOP;
  RETURN terms || ARRAY['^' || tokens[1], '^' || tokens[1] || coalesce(tokens[2], ''), '^' || whole, '~' || whole];
END $$;
--> statement-breakpoint
-- What lists are filtered by in the JSON of a verdict. Escapes are neither ours nor looked at, and not all are text to
-- PostgreSQL: a line feed takes their place.
CREATE FUNCTION search_verdict_terms(body text, confidence real) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  verdict json := CASE WHEN strpos(body, '\u') > 0 THEN regexp_replace(body, '\\u[0-9a-fA-F]{4}', '\\n', 'g') ELSE body END;
BEGIN
  RETURN array(SELECT '#sure:' || step FROM generate_series(5, 9) AS step WHERE confidence >= (step / 10.0)::real)
    || array(SELECT '#finding:' || (finding ->> 'id') FROM json_array_elements(verdict -> 'findings') AS finding)
    || array(SELECT DISTINCT '#rule:' || (item ->> 'rule') FROM json_array_elements(verdict -> 'evidence') AS item)
    || CASE WHEN verdict #>> '{annotations,conflicts,0}' IS NULL THEN '{}' ELSE ARRAY['#conflict'] END;
END $$;
--> statement-breakpoint
-- Terms with a sign stand there twice, the second time behind the rank: each part of a long list is a list of its own.
CREATE FUNCTION search_vector(terms text[], rank smallint) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_remove(terms, NULL)
    || array(SELECT rank || term FROM unnest(terms) AS term WHERE left(term, 1) IN ('#', '=', '^', '~')))
$$;
--> statement-breakpoint
CREATE VIEW tool_search_rows AS
  SELECT tools.server, tools.name, tools.rank, search_vector(
    search_tokens(definitions.search, false)
      || CASE WHEN definitions.search ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' THEN search_tokens(definitions.search, true) END
      || search_tokens(tools.server, true) || search_name_terms(tools.name)
      || ARRAY['#tool', CASE WHEN tools.gone_since IS NULL THEN '#served' ELSE '#gone' END,
        '#risk:' || tools.risk, '#category:' || tools.category]
      || array(SELECT '#facet:' || unnest(tools.facets))
      || search_verdict_terms(verdicts.body, verdicts.confidence), tools.rank) AS terms
  FROM tools
    JOIN definitions ON definitions.digest = tools.digest
    JOIN verdicts ON verdicts.digest = tools.digest AND verdicts.rules = tools.rules;
--> statement-breakpoint
-- Rows are looked up by their keys, however few there were when the statement was planned. What stays as it is is not
-- written: each write puts a hundred terms into the index.
CREATE FUNCTION refresh_tool_search(of_servers text[], of_names text[]) RETURNS void LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  INSERT INTO tool_search AS stored (server, name, rank, terms)
    SELECT now.server, now.name, now.rank, now.terms
    FROM unnest(of_servers, of_names) AS asked (server, name)
      JOIN tool_search_rows AS now ON now.server = asked.server COLLATE "C" AND now.name = asked.name COLLATE "C"
    ON CONFLICT (server, name) DO UPDATE SET rank = excluded.rank, terms = excluded.terms
      WHERE stored.rank <> excluded.rank OR stored.terms <> excluded.terms;
END $$;
--> statement-breakpoint
CREATE FUNCTION keep_new_tool_search() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM refresh_tool_search(array_agg(server), array_agg(name)) FROM became HAVING count(*) > 0;
  -- Nothing is unique here: whoever stores at the same time must not wait for us.
  INSERT INTO search_words
    SELECT DISTINCT new_words.word FROM became, unnest(search_tokens(became.name, true)) AS new_words (word)
    WHERE length(new_words.word) > 3
      AND NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = new_words.word COLLATE "C");
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION keep_changed_tool_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_tool_search(array_agg(server), array_agg(name)) FROM (
    SELECT server, name, digest, rules, rank, facets, gone_since FROM became
    EXCEPT SELECT server, name, digest, rules, rank, facets, gone_since FROM was
  ) AS changed HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tool_search_of_new AFTER INSERT ON tools REFERENCING NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION keep_new_tool_search();
--> statement-breakpoint
CREATE TRIGGER tool_search_of_changed AFTER UPDATE ON tools REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION keep_changed_tool_search();
--> statement-breakpoint
CREATE FUNCTION keep_judged_tool_search() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  -- Tools before their search rows, as whoever stores a crawl. Those that show another rank or other facets are left to
  -- whoever brings them up to date, which is in the same transaction.
  PERFORM refresh_tool_search(array_agg(shown.server), array_agg(shown.name)) FROM (
    SELECT tools.server, tools.name FROM became
      JOIN tools ON tools.digest = became.digest AND tools.rules = became.rules
        AND tools.rank = became.rank AND tools.facets = became.facets
      WHERE (became.digest, became.rules, became.body, became.confidence)
        NOT IN (SELECT was.digest, was.rules, was.body, was.confidence FROM was)
      ORDER BY tools.server, tools.name FOR NO KEY UPDATE OF tools
  ) AS shown HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tool_search_of_judged AFTER UPDATE ON verdicts REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION keep_judged_tool_search();
--> statement-breakpoint
ALTER TABLE tool_search ALTER COLUMN terms SET STATISTICS 500;
--> statement-breakpoint
INSERT INTO tool_search (server, name, rank, terms) SELECT server, name, rank, terms FROM tool_search_rows;
--> statement-breakpoint
INSERT INTO search_words
  SELECT DISTINCT word FROM tools, unnest(search_tokens(tools.name, true)) AS word WHERE length(word) > 3;
--> statement-breakpoint
-- Words like a misspelt one, the likest first: from pg_trgm where the server has it and lets us have it, else none.
DO $$
BEGIN
  CREATE INDEX "search_words_by_likeness" ON "search_words" USING gin ("word" gin_trgm_ops);
  CREATE FUNCTION search_words_like(asked text) RETURNS SETOF text LANGUAGE sql STABLE
    SET pg_trgm.similarity_threshold = 0.2 AS $f$
    SELECT word FROM search_words WHERE word % asked GROUP BY word ORDER BY similarity(word, asked) DESC, word LIMIT 40
  $f$;
EXCEPTION WHEN OTHERS THEN
  CREATE FUNCTION search_words_like(asked text) RETURNS SETOF text LANGUAGE sql STABLE AS
    'SELECT ''''::text WHERE false';
  RAISE NOTICE 'no guesses at misspelt words: %', SQLERRM;
END $$;
