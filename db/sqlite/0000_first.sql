CREATE TABLE `accesses` (
	`user_id` text NOT NULL,
	`book_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `book_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `books` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`number_id` text NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`keyword` text,
	`main` integer NOT NULL,
	`sms_name` text NOT NULL,
	`locale` text NOT NULL,
	`opt_in` text NOT NULL,
	`approval` text NOT NULL,
	`senders` text NOT NULL,
	`confirm_above` integer,
	`header` text NOT NULL,
	`footer` integer NOT NULL,
	`part_limit` integer NOT NULL,
	`leaving` text NOT NULL,
	`tell_broadcast` integer NOT NULL,
	`tell_leave` integer NOT NULL,
	`latest_after_ms` integer NOT NULL,
	`quiet_from` text,
	`quiet_to` text,
	`storm` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`number_id`) REFERENCES `numbers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `books_address` ON `books` (`address`);--> statement-breakpoint
CREATE TABLE `broadcasts` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`book_id` text NOT NULL,
	`number_id` text NOT NULL,
	`door` text NOT NULL,
	`status` text NOT NULL,
	`writer` text NOT NULL,
	`text` text NOT NULL,
	`header` text NOT NULL,
	`footer` text NOT NULL,
	`parts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`latest_at` integer NOT NULL,
	`fan_cursor` text,
	`paused_for` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `broadcasts_book` ON `broadcasts` (`book_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `broadcasts_number` ON `broadcasts` (`number_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `broadcasts_unfinished` ON `broadcasts` (`number_id`,`status`) WHERE finished_at is null;--> statement-breakpoint
CREATE TABLE `carrier_blocks` (
	`sender` text NOT NULL,
	`receiver` text NOT NULL,
	PRIMARY KEY(`sender`, `receiver`)
);
--> statement-breakpoint
CREATE TABLE `carrier_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`direction` text NOT NULL,
	`sender` text NOT NULL,
	`receiver` text NOT NULL,
	`text` text NOT NULL,
	`delivery_id` integer,
	`status` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `carrier_messages_receiver` ON `carrier_messages` (`receiver`,`at`);--> statement-breakpoint
CREATE INDEX `carrier_messages_sender` ON `carrier_messages` (`sender`,`at`);--> statement-breakpoint
CREATE TABLE `consent_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`organisation_id` text NOT NULL,
	`book_id` text,
	`event` text NOT NULL,
	`rule` text NOT NULL,
	`door` text NOT NULL,
	`wording_version` text NOT NULL,
	`address_hash` text NOT NULL,
	`personal_hash` text NOT NULL,
	`chain_no` integer,
	`chain_hash` text
);
--> statement-breakpoint
CREATE INDEX `consent_events_address` ON `consent_events` (`address_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_events_chain` ON `consent_events` (`chain_no`) WHERE chain_no is not null;--> statement-breakpoint
CREATE INDEX `consent_events_unsealed` ON `consent_events` (`id`) WHERE chain_no is null;--> statement-breakpoint
CREATE INDEX `consent_events_left` ON `consent_events` (`at`,`book_id`) WHERE event in ('left', 'left_all');--> statement-breakpoint
CREATE TABLE `consent_persons` (
	`event_id` text PRIMARY KEY NOT NULL,
	`salt` text NOT NULL,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`text` text NOT NULL,
	`provider_id` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `conversations` (
	`number_id` text NOT NULL,
	`sender` text NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`number_id`, `sender`)
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`organisation_id` text NOT NULL,
	`number_id` text NOT NULL,
	`book_id` text,
	`broadcast_id` text,
	`member_id` text,
	`inbound_id` text,
	`address` text NOT NULL,
	`text` text,
	`parts` integer NOT NULL,
	`priority` integer NOT NULL,
	`status` text NOT NULL,
	`due_at` integer NOT NULL,
	`latest_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`owner` text,
	`claimed_at` integer,
	`provider_id` text,
	`reason` text,
	`settled_at` integer,
	`once_key` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_copy` ON `deliveries` (`broadcast_id`,`address`) WHERE broadcast_id is not null;--> statement-breakpoint
CREATE INDEX `deliveries_queued_copies` ON `deliveries` (`broadcast_id`,`due_at`,`id`) WHERE status = 'queued' and broadcast_id is not null;--> statement-breakpoint
CREATE INDEX `deliveries_queued_replies` ON `deliveries` (`number_id`,`priority`,`due_at`,`id`) WHERE status = 'queued' and broadcast_id is null;--> statement-breakpoint
CREATE INDEX `deliveries_claimed` ON `deliveries` (`due_at`) WHERE status = 'claimed';--> statement-breakpoint
CREATE INDEX `deliveries_replies` ON `deliveries` (`address`) WHERE broadcast_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`once_key`) WHERE once_key is not null;--> statement-breakpoint
CREATE INDEX `deliveries_inbound` ON `deliveries` (`inbound_id`) WHERE inbound_id is not null;--> statement-breakpoint
CREATE TABLE `functionaries` (
	`book_id` text NOT NULL,
	`address` text NOT NULL,
	PRIMARY KEY(`book_id`, `address`),
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `inbounds` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`number_id` text NOT NULL,
	`book_id` text,
	`door` text NOT NULL,
	`sender` text NOT NULL,
	`provider_id` text NOT NULL,
	`text` text NOT NULL,
	`media_count` integer NOT NULL,
	`kind` text NOT NULL,
	`rule` text,
	`also` text NOT NULL,
	`broadcast_id` text,
	`provider_at` integer,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbounds_provider` ON `inbounds` (`number_id`,`provider_id`);--> statement-breakpoint
CREATE INDEX `inbounds_book_at` ON `inbounds` (`book_id`,`at`);--> statement-breakpoint
CREATE TABLE `installation` (
	`id` text PRIMARY KEY NOT NULL,
	`key_fingerprint` text NOT NULL,
	`directory_version` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `installation_one` ON `installation` ((true));--> statement-breakpoint
CREATE TABLE `ledger_heads` (
	`id` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`hash` text NOT NULL,
	`mac` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `log_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`organisation_id` text NOT NULL,
	`book_id` text,
	`actor` text NOT NULL,
	`event` text NOT NULL,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `log_entries_book_at` ON `log_entries` (`book_id`,`at`);--> statement-breakpoint
CREATE TABLE `members` (
	`id` text PRIMARY KEY NOT NULL,
	`book_id` text NOT NULL,
	`phone` text,
	`mail` text,
	`address_key` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`labels` text NOT NULL,
	`fields` text NOT NULL,
	`status` text NOT NULL,
	`since` integer NOT NULL,
	`paused_until` integer,
	`left_at` integer,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `members_book_address` ON `members` (`book_id`,`address_key`);--> statement-breakpoint
CREATE INDEX `members_book` ON `members` (`book_id`,`id`,`status`);--> statement-breakpoint
CREATE INDEX `members_reach` ON `members` (`book_id`,`id`,`phone`) WHERE status = 'active' and phone is not null;--> statement-breakpoint
CREATE INDEX `members_phone` ON `members` (`phone`,`book_id`) WHERE phone is not null;--> statement-breakpoint
CREATE INDEX `members_mail` ON `members` (`mail`,`book_id`) WHERE mail is not null;--> statement-breakpoint
CREATE INDEX `members_settle` ON `members` (`status`,`since`) WHERE status in ('asked', 'paused');--> statement-breakpoint
CREATE TABLE `numbers` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`e164` text NOT NULL,
	`provider` text NOT NULL,
	`parts_per_second` integer NOT NULL,
	`provider_keywords` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `numbers_e164` ON `numbers` (`e164`);--> statement-breakpoint
CREATE TABLE `organisations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`locale` text NOT NULL,
	`timezone` text NOT NULL,
	`country` text NOT NULL,
	`contact` text NOT NULL,
	`daily_parts` integer,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `paces` (
	`number_id` text PRIMARY KEY NOT NULL,
	`paced_until` real NOT NULL,
	`slow_until` real NOT NULL
);
--> statement-breakpoint
CREATE TABLE `spends` (
	`organisation_id` text NOT NULL,
	`day` text NOT NULL,
	`parts` integer NOT NULL,
	PRIMARY KEY(`organisation_id`, `day`)
);
--> statement-breakpoint
CREATE TABLE `stops` (
	`scope` text NOT NULL,
	`scope_id` text NOT NULL,
	`address_hash` text NOT NULL,
	`address` text,
	`since` integer NOT NULL,
	`how` text NOT NULL,
	PRIMARY KEY(`address_hash`, `scope`, `scope_id`)
);
--> statement-breakpoint
CREATE INDEX `stops_address` ON `stops` (`address`,`scope_id`) WHERE address is not null;--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`mail` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_mail` ON `users` (`mail`);--> statement-breakpoint
CREATE TABLE `writers` (
	`book_id` text NOT NULL,
	`address` text NOT NULL,
	PRIMARY KEY(`book_id`, `address`),
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action
);
