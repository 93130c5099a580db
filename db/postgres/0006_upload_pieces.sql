CREATE TABLE "upload_pieces" (
	"upload_id" text NOT NULL,
	"part" text NOT NULL,
	"no" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "upload_pieces_upload_id_part_no_pk" PRIMARY KEY("upload_id","part","no")
);
--> statement-breakpoint
CREATE INDEX "upload_pieces_created" ON "upload_pieces" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "uploads" DROP COLUMN "content";