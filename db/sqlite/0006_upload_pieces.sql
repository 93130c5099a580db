CREATE TABLE `upload_pieces` (
	`upload_id` text NOT NULL,
	`part` text NOT NULL,
	`no` integer NOT NULL,
	`created_at` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`upload_id`, `part`, `no`)
);
--> statement-breakpoint
CREATE INDEX `upload_pieces_created` ON `upload_pieces` (`created_at`);--> statement-breakpoint
ALTER TABLE `uploads` DROP COLUMN `content`;