CREATE TABLE "challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" text,
	"data" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crisis_pins" (
	"book_id" text NOT NULL,
	"address" text NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "crisis_pins_book_id_address_pk" PRIMARY KEY("book_id","address")
);
--> statement-breakpoint
CREATE TABLE "join_forms" (
	"id" text PRIMARY KEY NOT NULL,
	"book_id" text NOT NULL,
	"phone" text,
	"mail" text,
	"name" text NOT NULL,
	"wording" text NOT NULL,
	"digest" text NOT NULL,
	"tries_left" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" jsonb NOT NULL,
	"name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "roll_answers" (
	"roll_call_id" text NOT NULL,
	"member_id" text NOT NULL,
	"answer" text NOT NULL,
	"text" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "roll_answers_roll_call_id_member_id_pk" PRIMARY KEY("roll_call_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "roll_calls" (
	"id" text PRIMARY KEY NOT NULL,
	"organisation_id" text NOT NULL,
	"book_id" text NOT NULL,
	"broadcast_id" text,
	"started_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	"remind_at" bigint,
	"reminded_at" bigint,
	"ended_at" bigint,
	"version" integer NOT NULL
);
--> statement-breakpoint
DROP INDEX "members_reach";--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "join_page" jsonb;--> statement-breakpoint
ALTER TABLE "books" ADD COLUMN "crisis" jsonb;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "via" text DEFAULT 'both' NOT NULL;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "other_phone" text;--> statement-breakpoint
ALTER TABLE "organisations" ADD COLUMN "sign_on" jsonb;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "crisis_pins" ADD CONSTRAINT "crisis_pins_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "public"."books"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_forms" ADD CONSTRAINT "join_forms_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "public"."books"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roll_answers" ADD CONSTRAINT "roll_answers_roll_call_id_roll_calls_id_fk" FOREIGN KEY ("roll_call_id") REFERENCES "public"."roll_calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roll_calls" ADD CONSTRAINT "roll_calls_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "public"."books"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "challenges_expires" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "join_forms_expires" ON "join_forms" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "passkeys_user" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "roll_calls_book" ON "roll_calls" USING btree ("book_id","started_at");--> statement-breakpoint
CREATE INDEX "roll_calls_open" ON "roll_calls" USING btree ("ends_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "members_other_phone" ON "members" USING btree ("other_phone","book_id") WHERE other_phone is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_subject" ON "users" USING btree ("subject") WHERE subject is not null;--> statement-breakpoint
CREATE INDEX "members_reach" ON "members" USING btree ("book_id","id","phone") WHERE status = 'active' and phone is not null and via <> 'mail';