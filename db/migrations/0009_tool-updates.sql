ALTER TABLE "tool_search" ADD COLUMN "updated" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "tool_search_by_update" ON "tool_search" USING btree ("updated","server","name");--> statement-breakpoint
-- As before, and says when. Nobody knows when what is there already was stored: it counts as stored now.
CREATE OR REPLACE FUNCTION refresh_tool_search(of_servers text[], of_names text[]) RETURNS void LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  INSERT INTO tool_search AS stored (server, name, rank, terms)
    SELECT now.server, now.name, now.rank, now.terms
    FROM unnest(of_servers, of_names) AS asked (server, name)
      JOIN tool_search_rows AS now ON now.server = asked.server COLLATE "C" AND now.name = asked.name COLLATE "C"
    ON CONFLICT (server, name) DO UPDATE SET rank = excluded.rank, terms = excluded.terms, updated = now()
      WHERE stored.rank <> excluded.rank OR stored.terms <> excluded.terms;
END $$;
--> statement-breakpoint
-- Another definition is something new also where all of its terms are those of the one before.
CREATE OR REPLACE FUNCTION keep_changed_tool_search() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM refresh_tool_search(array_agg(server), array_agg(name)) FROM (
    SELECT server, name, digest, rules, rank, facets, gone_since FROM became
    EXCEPT SELECT server, name, digest, rules, rank, facets, gone_since FROM was
  ) AS changed HAVING count(*) > 0;
  UPDATE tool_search AS stored SET updated = now()
    FROM (SELECT server, name, digest FROM became EXCEPT SELECT server, name, digest FROM was) AS changed
    WHERE stored.server = changed.server AND stored.name = changed.name
      AND stored.updated <> now()::timestamp (3) with time zone;
  RETURN NULL;
END $$;
