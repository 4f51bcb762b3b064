CREATE TABLE "crawls" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "crawls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"server" text collate "C" NOT NULL,
	"source" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"tool_count" integer NOT NULL,
	"package_registry" text,
	"package_name" text,
	"package_version" text,
	"protocol_version" text,
	"server_info" text,
	"capabilities" text,
	"instructions" text,
	"launch" text,
	"problems" text NOT NULL,
	"pages" text[] NOT NULL,
	"stderr" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"duration_ms" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "definitions" (
	"digest" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"title" text,
	"body" text NOT NULL,
	"search" text NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"run" bigint NOT NULL,
	"server" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"source" text NOT NULL,
	"state" text NOT NULL,
	"stage" text,
	"reason" text,
	"tools" integer,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "jobs_run_server_pk" PRIMARY KEY("run","server")
);
--> statement-breakpoint
CREATE TABLE "raw_pages" (
	"digest" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"heartbeat" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "servers" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"title" text,
	"version" text,
	"status" text NOT NULL,
	"reason" text,
	"tool_count" integer NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	"last_crawl" bigint,
	"last_good_crawl" bigint
);
--> statement-breakpoint
CREATE TABLE "tool_versions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tool_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"server" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"digest" text collate "C" NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tools" (
	"server" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"digest" text collate "C" NOT NULL,
	"rules" text NOT NULL,
	"category" text NOT NULL,
	"risk" text NOT NULL,
	"rank" smallint NOT NULL,
	"facets" text[] NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	"gone_since" timestamp (3) with time zone,
	"crawl" bigint NOT NULL,
	CONSTRAINT "tools_server_name_pk" PRIMARY KEY("server","name")
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"digest" text collate "C" NOT NULL,
	"rules" text NOT NULL,
	"category" text NOT NULL,
	"risk" text NOT NULL,
	"rank" smallint NOT NULL,
	"confidence" real NOT NULL,
	"facets" text[] NOT NULL,
	"summary" text NOT NULL,
	"body" text NOT NULL,
	"classified_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "verdicts_digest_rules_pk" PRIMARY KEY("digest","rules")
);
--> statement-breakpoint
ALTER TABLE "crawls" ADD CONSTRAINT "crawls_server_servers_id_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_run_runs_id_fk" FOREIGN KEY ("run") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_versions" ADD CONSTRAINT "tool_versions_server_servers_id_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_versions" ADD CONSTRAINT "tool_versions_digest_definitions_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."definitions"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tools" ADD CONSTRAINT "tools_server_servers_id_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tools" ADD CONSTRAINT "tools_digest_definitions_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."definitions"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tools" ADD CONSTRAINT "tools_crawl_crawls_id_fk" FOREIGN KEY ("crawl") REFERENCES "public"."crawls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_digest_definitions_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."definitions"("digest") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "crawls_by_server" ON "crawls" USING btree ("server","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tool_versions_by_tool" ON "tool_versions" USING btree ("server","name","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tools_by_rank" ON "tools" USING btree ("rank","server","name");--> statement-breakpoint
CREATE INDEX "tools_by_category" ON "tools" USING btree ("category","rank","server","name");--> statement-breakpoint
CREATE INDEX "tools_by_risk" ON "tools" USING btree ("risk","rank","server","name");--> statement-breakpoint
CREATE INDEX "tools_by_facet" ON "tools" USING gin ("facets");--> statement-breakpoint
CREATE INDEX "tools_by_digest" ON "tools" USING btree ("digest");