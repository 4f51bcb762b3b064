CREATE TABLE "changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"server" text collate "C" NOT NULL,
	"tool" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"worse" boolean NOT NULL,
	"before" text,
	"after" text,
	"at" timestamp (3) with time zone NOT NULL,
	"crawl" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hosts" (
	"host" text collate "C" PRIMARY KEY NOT NULL,
	"free_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "crawls" ADD COLUMN "authorization" text;--> statement-breakpoint
ALTER TABLE "crawls" ADD COLUMN "registry_entry" text;--> statement-breakpoint
ALTER TABLE "crawls" ADD COLUMN "ttl_ms" bigint;--> statement-breakpoint
ALTER TABLE "crawls" ADD COLUMN "job" text;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "withdrawn" text;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_server_servers_id_fk" FOREIGN KEY ("server") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_crawl_crawls_id_fk" FOREIGN KEY ("crawl") REFERENCES "public"."crawls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "changes_by_server" ON "changes" USING btree ("server","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "changes_by_kind" ON "changes" USING btree ("kind","id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "crawls" ADD CONSTRAINT "crawls_job_unique" UNIQUE("job");