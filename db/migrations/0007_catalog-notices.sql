-- Says on the channel `placard_catalog` what has changed, when it is committed, to all who keep what they have read:
-- a server's id behind `server `, `all` when there are many, `runs` for the progress of crawls.
CREATE FUNCTION notice_servers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  few CONSTANT integer := 50;
  changed text[];
BEGIN
  EXECUTE format('SELECT array_agg(id) FROM (SELECT DISTINCT %I AS id FROM touched LIMIT %s) AS first_ones', TG_ARGV[0], few + 1)
    INTO changed;
  IF cardinality(changed) > few THEN
    PERFORM pg_notify('placard_catalog', 'all');
  ELSE
    PERFORM pg_notify('placard_catalog', 'server ' || id) FROM unnest(changed) AS id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION notice_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('placard_catalog', 'runs');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER servers_noticed_new AFTER INSERT ON servers REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('id');
--> statement-breakpoint
CREATE TRIGGER servers_noticed AFTER UPDATE ON servers REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('id');
--> statement-breakpoint
CREATE TRIGGER servers_noticed_gone AFTER DELETE ON servers REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('id');
--> statement-breakpoint
CREATE TRIGGER crawls_noticed_new AFTER INSERT ON crawls REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('server');
--> statement-breakpoint
CREATE TRIGGER tools_noticed_new AFTER INSERT ON tools REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('server');
--> statement-breakpoint
CREATE TRIGGER tools_noticed AFTER UPDATE ON tools REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('server');
--> statement-breakpoint
CREATE TRIGGER tools_noticed_gone AFTER DELETE ON tools REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION notice_servers('server');
--> statement-breakpoint
CREATE TRIGGER runs_noticed AFTER INSERT OR UPDATE OR DELETE ON runs
  FOR EACH STATEMENT EXECUTE FUNCTION notice_runs();
