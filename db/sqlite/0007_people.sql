CREATE TABLE `challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `challenges_expires` ON `challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `crisis_pins` (
	`book_id` text NOT NULL,
	`address` text NOT NULL,
	`digest` text NOT NULL,
	PRIMARY KEY(`book_id`, `address`),
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `join_forms` (
	`id` text PRIMARY KEY NOT NULL,
	`book_id` text NOT NULL,
	`phone` text,
	`mail` text,
	`name` text NOT NULL,
	`wording` text NOT NULL,
	`digest` text NOT NULL,
	`tries_left` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `join_forms_expires` ON `join_forms` (`expires_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`public_key` blob NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `passkeys_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `roll_answers` (
	`roll_call_id` text NOT NULL,
	`member_id` text NOT NULL,
	`answer` text NOT NULL,
	`text` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`roll_call_id`, `member_id`),
	FOREIGN KEY (`roll_call_id`) REFERENCES `roll_calls`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `roll_calls` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`book_id` text NOT NULL,
	`broadcast_id` text,
	`started_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`remind_at` integer,
	`reminded_at` integer,
	`ended_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `roll_calls_book` ON `roll_calls` (`book_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `roll_calls_open` ON `roll_calls` (`ends_at`) WHERE ended_at is null;--> statement-breakpoint
DROP INDEX `members_reach`;--> statement-breakpoint
ALTER TABLE `members` ADD `via` text DEFAULT 'both' NOT NULL;--> statement-breakpoint
ALTER TABLE `members` ADD `other_phone` text;--> statement-breakpoint
CREATE INDEX `members_other_phone` ON `members` (`other_phone`,`book_id`) WHERE other_phone is not null;--> statement-breakpoint
CREATE INDEX `members_reach` ON `members` (`book_id`,`id`,`phone`) WHERE status = 'active' and phone is not null and via <> 'mail';--> statement-breakpoint
ALTER TABLE `books` ADD `join_page` text;--> statement-breakpoint
ALTER TABLE `books` ADD `crisis` text;--> statement-breakpoint
ALTER TABLE `organisations` ADD `sign_on` text;--> statement-breakpoint
ALTER TABLE `users` ADD `subject` text;--> statement-breakpoint
CREATE UNIQUE INDEX `users_subject` ON `users` (`subject`) WHERE subject is not null;