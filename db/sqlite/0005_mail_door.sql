CREATE TABLE `attachments` (
	`raw_id` text NOT NULL,
	`no` integer NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`content` blob NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`raw_id`, `no`)
);
--> statement-breakpoint
CREATE INDEX `attachments_created` ON `attachments` (`created_at`);--> statement-breakpoint
CREATE TABLE `bounces` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`delivery_id` integer NOT NULL,
	`address` text NOT NULL,
	`kind` text NOT NULL,
	`code` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `bounces_address` ON `bounces` (`address`,`at`);--> statement-breakpoint
CREATE INDEX `bounces_at` ON `bounces` (`at`);--> statement-breakpoint
CREATE TABLE `mail_pieces` (
	`raw_id` text NOT NULL,
	`no` integer NOT NULL,
	`content` blob NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`raw_id`, `no`)
);
--> statement-breakpoint
CREATE INDEX `mail_pieces_created` ON `mail_pieces` (`created_at`);--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`book_id` text,
	`inbound_id` text,
	`raw_id` text NOT NULL,
	`envelope_from` text NOT NULL,
	`envelope_to` text NOT NULL,
	`remote` text NOT NULL,
	`size` integer NOT NULL,
	`pieces` integer NOT NULL,
	`message_id` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`proof` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mails_inbound` ON `mails` (`inbound_id`) WHERE inbound_id is not null;--> statement-breakpoint
CREATE INDEX `mails_raw` ON `mails` (`raw_id`);--> statement-breakpoint
CREATE INDEX `mails_created` ON `mails` (`created_at`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`book_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`address` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tokens_expires` ON `tokens` (`expires_at`);--> statement-breakpoint
CREATE INDEX `tokens_subject` ON `tokens` (`subject_id`);--> statement-breakpoint
DROP INDEX `deliveries_queued_copies`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `letter` text;--> statement-breakpoint
CREATE INDEX `deliveries_queued_copies` ON `deliveries` (`broadcast_id`,`number_id`,`due_at`,`id`) WHERE status = 'queued' and broadcast_id is not null;--> statement-breakpoint
ALTER TABLE `books` ADD `reply_to` text DEFAULT 'writer' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `long_mail` text DEFAULT 'shorten' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `subject_first` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `broadcasts` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `broadcasts` ADD `mail_id` text;--> statement-breakpoint
ALTER TABLE `organisations` ADD `second_step` text DEFAULT 'chosen' NOT NULL;--> statement-breakpoint
ALTER TABLE `writers` ADD `always_confirm` integer DEFAULT false NOT NULL;