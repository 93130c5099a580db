CREATE TABLE "attachments" (
	"raw_id" text NOT NULL,
	"no" integer NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "attachments_raw_id_no_pk" PRIMARY KEY("raw_id","no")
);
--> statement-breakpoint
CREATE TABLE "bounces" (
	"id" text PRIMARY KEY NOT NULL,
	"organisation_id" text NOT NULL,
	"delivery_id" bigint NOT NULL,
	"address" text NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_pieces" (
	"raw_id" text NOT NULL,
	"no" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "mail_pieces_raw_id_no_pk" PRIMARY KEY("raw_id","no")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"organisation_id" text NOT NULL,
	"book_id" text,
	"inbound_id" text,
	"raw_id" text NOT NULL,
	"envelope_from" text NOT NULL,
	"envelope_to" text NOT NULL,
	"remote" text NOT NULL,
	"size" integer NOT NULL,
	"pieces" integer NOT NULL,
	"message_id" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"proof" jsonb NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"book_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"address" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
DROP INDEX "deliveries_queued_copies";--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "reply_to" text DEFAULT 'writer' NOT NULL;--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "long_mail" text DEFAULT 'shorten' NOT NULL;--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "subject_first" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "mail_id" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "letter" jsonb;--> statement-breakpoint
ALTER TABLE "organisations" ADD COLUMN "second_step" text DEFAULT 'chosen' NOT NULL;--> statement-breakpoint
ALTER TABLE "writers" ADD COLUMN "always_confirm" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "public"."books"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_created" ON "attachments" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "bounces_address" ON "bounces" USING btree ("address","at");--> statement-breakpoint
CREATE INDEX "bounces_at" ON "bounces" USING btree ("at");--> statement-breakpoint
CREATE INDEX "mail_pieces_created" ON "mail_pieces" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mails_inbound" ON "mails" USING btree ("inbound_id") WHERE inbound_id is not null;--> statement-breakpoint
CREATE INDEX "mails_raw" ON "mails" USING btree ("raw_id");--> statement-breakpoint
CREATE INDEX "mails_created" ON "mails" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "tokens_expires" ON "tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "tokens_subject" ON "tokens" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "deliveries_queued_copies" ON "deliveries" USING btree ("broadcast_id","number_id","due_at","id") WHERE status = 'queued' and broadcast_id is not null;