CREATE TABLE "search_words" (
	"word" text collate "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tool_search" (
	"server" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"rank" smallint NOT NULL,
	"terms" "tsvector" NOT NULL,
	CONSTRAINT "tool_search_server_name_pk" PRIMARY KEY("server","name")
);
--> statement-breakpoint
DROP INDEX "tools_by_rank";--> statement-breakpoint
DROP INDEX "tools_by_category";--> statement-breakpoint
DROP INDEX "tools_by_risk";--> statement-breakpoint
DROP INDEX "tools_by_facet";--> statement-breakpoint
ALTER TABLE "tool_search" ADD CONSTRAINT "tool_search_server_name_tools_server_name_fk" FOREIGN KEY ("server","name") REFERENCES "public"."tools"("server","name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "search_words_by_word" ON "search_words" USING btree ("word");--> statement-breakpoint
CREATE INDEX "tool_search_by_rank" ON "tool_search" USING btree ("rank","server","name");--> statement-breakpoint
CREATE INDEX "tool_search_by_terms" ON "tool_search" USING gin ("terms") WITH (fastupdate=false);