-- What a misspelt word could be, looked up: a word and one that is two letters away have in common what is left of each
-- when two letters are taken out. The first eight letters are enough, for the rest may differ as well (the symmetric
-- delete way of W. Garbe's SymSpell). Functions of an index are called without a search path.
-- Costly, so that it is looked up and not worked out for every word there is.
CREATE FUNCTION search_spellings(word text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
  said CONSTANT text := left(word, 8);
  letters CONSTANT integer := length(said);
  once text;
  found text[] := ARRAY[said];
BEGIN
  FOR i IN 1 .. letters LOOP
    once := overlay(said PLACING '' FROM i FOR 1);
    found := found || once;
    -- What is left has four letters at least: three are common to half of all short words.
    IF letters > 5 THEN
      FOR j IN i .. letters - 1 LOOP
        found := found || overlay(once PLACING '' FROM j FOR 1);
      END LOOP;
    END IF;
  END LOOP;
  RETURN found;
END $$;
--> statement-breakpoint
CREATE INDEX "search_words_by_spelling" ON "search_words" USING gin (search_spellings("word")) WITH (fastupdate = false);
--> statement-breakpoint
CREATE INDEX "search_server_words_by_spelling" ON "search_server_words" USING gin (search_spellings("word")) WITH (fastupdate = false);
--> statement-breakpoint
-- Words that may be meant by one that no tool has; none for one that is right, too short or too long. `query` is the word
-- in the text form of tsquery. What a long list is expected for is expected early in it: a word that is nowhere would be
-- looked for in all rows.
CREATE FUNCTION search_guesses(asked text, query text) RETURNS text[] LANGUAGE sql STABLE SET enable_seqscan = off AS $$
  SELECT CASE
    WHEN length(asked) NOT BETWEEN 4 AND 40
      OR EXISTS (SELECT FROM search_words WHERE word = asked COLLATE "C")
      OR EXISTS (SELECT FROM tool_search WHERE terms @@ query::tsquery)
    THEN '{}'
    ELSE array(
      SELECT word FROM (
        SELECT word FROM search_words WHERE search_spellings(word) && search_spellings(asked COLLATE "C")
        UNION SELECT word FROM search_server_words WHERE search_spellings(word) && search_spellings(asked COLLATE "C")
      ) AS words LIMIT 1000)
  END
$$;
--> statement-breakpoint
CREATE FUNCTION keep_server_words() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  -- Nothing is unique here: whoever stores at the same time must not wait for us.
  INSERT INTO search_server_words
    SELECT DISTINCT new_words.word FROM became, unnest(search_tokens(became.id, true)) AS new_words (word)
    WHERE length(new_words.word) > 3
      AND NOT EXISTS (SELECT FROM search_server_words AS known WHERE known.word = new_words.word COLLATE "C");
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER search_words_of_servers AFTER INSERT ON servers REFERENCING NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION keep_server_words();
--> statement-breakpoint
INSERT INTO search_server_words
  SELECT DISTINCT word FROM servers, unnest(search_tokens(servers.id, true)) AS word WHERE length(word) > 3;
