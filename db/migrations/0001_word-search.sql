-- Looking words up goes through an index where the server has pg_trgm and lets us have it, and without one elsewhere.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX "definitions_by_words" ON "definitions" USING gin ("search" gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'no index for looking words up: %', SQLERRM;
END $$;
