-- Finding a page of tools in one question: each step depends on what the one before found.
CREATE INDEX "servers_withdrawn" ON "servers" USING btree ("id") WHERE "withdrawn" IS NOT NULL;
--> statement-breakpoint
-- How many tools the planner expects for a query in the text form of tsquery; where `of_server` is not null, of that server.
CREATE FUNCTION search_expects(query text, of_server text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM tool_search WHERE terms @@ %L::tsquery', query)
    || CASE WHEN of_server IS NULL THEN '' ELSE format(' AND server = %L', of_server) END INTO plan;
  RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
--> statement-breakpoint
-- The next tools of a list, at most `wanted`, in a JSON array of [tier, rank, server, name]; with `count`, how many tools
-- fit, those before the place included, or null when they are more than 1,000.
--   tiers    what holds for the best tools, for the next best, ... for all that fit: each holds all of the one before
--   ranks    the ranks that tools can have, smallest first
--   parts    for each tier, what holds for its tools that are in no better tier, then for those of each rank
--   open_…   the same, where the last word may be the beginning of one: asked for unless the word is common by itself
--   doubtful whether several terms are asked for: the planner knows nothing of words that go together
--   after    [tier, rank, server, name] of the place behind which the page begins; null for the first
-- Few hits are fetched through the index of terms, sorted and counted. Many are taken apart by tier and rank. A part is
-- sorted, or gone through in order until the page is full: whatever should look at fewer rows. What the planner expects
-- may be wrong by far, so nothing is fetched without a limit where there is another way.
CREATE FUNCTION search_page(tiers text[], parts text[], open_tiers text[], open_parts text[], ranks smallint[],
    of_server text, after json, wanted integer, doubtful boolean)
  RETURNS json LANGUAGE plpgsql
  SET enable_seqscan = off SET jit = off SET work_mem = '32MB' AS $$
DECLARE
  counted CONSTANT integer := 1000;
  surely_many CONSTANT integer := 10000;
  -- Rows of a rank that are gone through to see how many of them fit.
  probed CONSTANT integer := 500;
  last CONSTANT integer := cardinality(tiers);
  place CONSTANT text := CASE WHEN after IS NULL THEN 'true' ELSE format(
    '(tier, rank, server, name) > (%s, %s::smallint, %L, %L)', (after ->> 0)::int, (after ->> 1)::int, after ->> 2, after ->> 3) END;
  base CONSTANT text := CASE WHEN of_server IS NULL THEN '' ELSE format('server = %L AND ', of_server) END
    || 'NOT EXISTS (SELECT FROM servers WHERE servers.id = tool_search.server AND servers.withdrawn IS NOT NULL)';
  -- For format(): terms that hold, how many rows to fetch, the tier (a number, or worked out for each row), how many to give.
  sorted CONSTANT text := 'WITH hits AS MATERIALIZED (
      SELECT %3$s AS tier, rank, server, name FROM tool_search WHERE terms @@ %1$L::tsquery AND ' || replace(base, '%', '%%') || '
      LIMIT %2$s)
    SELECT (SELECT count(*) FROM hits), array(SELECT json_build_array(tier, rank, server, name) FROM hits
      WHERE ' || replace(place, '%', '%%') || ' ORDER BY tier, rank, server, name LIMIT %4$s)';
  -- Also: terms that hold, how many rows to look at, tier, how many to give, rank, what holds for rows behind the place.
  in_order CONSTANT text := 'SELECT array(SELECT json_build_array(%3$s, rank, server, name) FROM (
      SELECT rank, server, name, terms FROM tool_search WHERE rank = %5$s AND %6$s AND ' || replace(base, '%', '%%') || '
      ORDER BY server, name LIMIT %2$s) AS next
    WHERE terms @@ %1$L::tsquery ORDER BY server, name LIMIT %4$s)';
  -- With the same: how many of these rows there are to look at.
  seen CONSTANT text := 'SELECT count(*) FROM (
    SELECT FROM tool_search WHERE rank = %5$s AND %6$s AND ' || replace(base, '%', '%%') || ' LIMIT %2$s) AS seen';
  page json[] := '{}';
  found json[];
  hits integer;
  expected float8 := search_expects(tiers[last], of_server);
  expected_part float8;
  of_rank float8;
  -- The ranks that any tool has, one step in the index each.
  present CONSTANT smallint[] := array(
    WITH RECURSIVE known AS (
      SELECT min(rank) AS rank FROM tool_search
      UNION ALL SELECT (SELECT min(next.rank) FROM tool_search AS next WHERE next.rank > known.rank)
        FROM known WHERE known.rank IS NOT NULL)
    SELECT rank FROM known WHERE rank IS NOT NULL);
  tier_of text := '';
  part integer;
  wanted_of integer;
  behind text;
  look float8;
  looked float8;
  is_all boolean;
BEGIN
  IF open_tiers IS NOT NULL AND expected <= 2 * counted THEN
    tiers := open_tiers;
    parts := open_parts;
    expected := search_expects(tiers[last], of_server);
  END IF;
  FOR i IN 1 .. last - 1 LOOP
    tier_of := tier_of || format(' WHEN terms @@ %L::tsquery THEN %s', tiers[i], i - 1);
  END LOOP;
  tier_of := CASE WHEN tier_of = '' THEN '0' ELSE format('CASE%s ELSE %s END', tier_of, last - 1) END;
  IF expected <= 2 * counted THEN
    EXECUTE format(sorted, tiers[last], counted + 1, tier_of, wanted) INTO hits, page;
    IF hits <= counted THEN
      RETURN json_build_object('count', hits, 'keys', page);
    END IF;
    page := '{}';
    expected := surely_many;
  END IF;
  FOR tier IN coalesce((after ->> 0)::int, 0) .. last - 1 LOOP
    part := tier * (cardinality(ranks) + 1) + 1;
    IF search_expects(parts[part], of_server) <= counted THEN
      EXECUTE format(sorted, parts[part], counted + 1, tier, wanted - cardinality(page)) INTO hits, found;
      IF hits <= counted THEN
        page := page || found;
        EXIT WHEN cardinality(page) >= wanted;
        CONTINUE;
      END IF;
    END IF;
    FOR i IN 1 .. cardinality(ranks) LOOP
      CONTINUE WHEN NOT ranks[i] = ANY (present) OR tier = (after ->> 0)::int AND ranks[i] < (after ->> 1)::int;
      wanted_of := wanted - cardinality(page);
      expected_part := search_expects(parts[part + i], of_server);
      IF expected_part < (CASE WHEN doubtful THEN probed / 5 ELSE counted END) THEN
        EXECUTE format(sorted, parts[part + i], counted + 1, tier, wanted_of) INTO hits, found;
        IF hits <= counted THEN
          page := page || found;
          EXIT WHEN cardinality(page) >= wanted;
          CONTINUE;
        END IF;
        expected_part := 2 * counted;
      END IF;
      of_rank := search_expects(quote_literal(ranks[i] || '#tool'), of_server);
      behind := CASE WHEN tier = (after ->> 0)::int AND ranks[i] = (after ->> 1)::int
        THEN format('(server, name) > (%L, %L)', after ->> 2, after ->> 3) ELSE 'true' END;
      found := '{}';
      is_all := false;
      looked := 0;
      FOR turn IN 1 .. 2 LOOP
        -- To go through n rows in order costs what it costs to fetch and sort n, or a little more.
        look := CASE WHEN expected_part * expected_part > 2 * wanted_of * of_rank THEN ceil(3 * wanted_of * of_rank / expected_part)
          WHEN turn = 1 AND doubtful THEN probed ELSE 0 END;
        EXIT WHEN look <= looked;
        EXECUTE format(in_order, parts[part + i], look, tier, wanted_of, ranks[i], behind) INTO found;
        EXIT WHEN cardinality(found) >= wanted_of;
        EXECUTE format(seen, NULL, look, NULL, NULL, ranks[i], behind) INTO hits;
        is_all := hits < look;
        EXIT WHEN is_all;
        looked := look;
        expected_part := greatest(1, cardinality(found)) * of_rank / look;
      END LOOP;
      IF cardinality(found) < wanted_of AND NOT is_all THEN
        EXECUTE format(sorted, parts[part + i], 'ALL', tier, wanted_of) INTO hits, found;
      END IF;
      page := page || found;
      EXIT WHEN cardinality(page) >= wanted;
    END LOOP;
    EXIT WHEN cardinality(page) >= wanted;
  END LOOP;
  hits := NULL;
  IF after IS NULL AND cardinality(page) < wanted THEN
    hits := cardinality(page);
  ELSIF expected < surely_many THEN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM tool_search WHERE terms @@ %L::tsquery AND %s LIMIT %s) AS counted',
      tiers[last], base, counted + 1) INTO hits;
    hits := nullif(hits, counted + 1);
  END IF;
  RETURN json_build_object('count', hits, 'keys', page);
END $$;
