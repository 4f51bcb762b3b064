CREATE TABLE "search_server_words" (
	"word" text collate "C" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "search_server_words_by_word" ON "search_server_words" USING btree ("word");