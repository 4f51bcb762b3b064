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
CREATE FUNCTION keep_tool_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tool_search (server, name, rank, terms)
    SELECT server, name, rank, terms FROM tool_search_rows WHERE server = NEW.server AND name = NEW.name
    ON CONFLICT (server, name) DO UPDATE SET rank = excluded.rank, terms = excluded.terms;
  IF TG_OP = 'INSERT' THEN
    -- Nothing is unique here: whoever stores at the same time must not wait for us.
    INSERT INTO search_words
      SELECT DISTINCT new_words.word FROM unnest(search_tokens(NEW.name, true)) AS new_words (word)
      WHERE length(new_words.word) > 3
        AND NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = new_words.word);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tool_search_of_new AFTER INSERT ON tools FOR EACH ROW EXECUTE FUNCTION keep_tool_search();
--> statement-breakpoint
CREATE TRIGGER tool_search_of_changed AFTER UPDATE ON tools FOR EACH ROW
  WHEN ((OLD.digest, OLD.rules, OLD.rank, OLD.facets, OLD.gone_since)
    IS DISTINCT FROM (NEW.digest, NEW.rules, NEW.rank, NEW.facets, NEW.gone_since))
  EXECUTE FUNCTION keep_tool_search();
--> statement-breakpoint
CREATE FUNCTION keep_judged_tool_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Tools before their search rows, as whoever stores a crawl.
  PERFORM FROM tools WHERE digest = NEW.digest AND rules = NEW.rules ORDER BY server, name FOR NO KEY UPDATE;
  UPDATE tool_search SET terms = judged.terms
    FROM tool_search_rows AS judged, tools
    WHERE tools.digest = NEW.digest AND tools.rules = NEW.rules
      AND (judged.server, judged.name) = (tools.server, tools.name)
      AND (tool_search.server, tool_search.name) = (tools.server, tools.name);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tool_search_of_judged AFTER UPDATE ON verdicts FOR EACH ROW
  WHEN (OLD.body IS DISTINCT FROM NEW.body OR OLD.confidence IS DISTINCT FROM NEW.confidence)
  EXECUTE FUNCTION keep_judged_tool_search();
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
