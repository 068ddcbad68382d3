CREATE TABLE `channels` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`shared` integer NOT NULL,
	`fetched_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`)
);
--> statement-breakpoint
CREATE TABLE `feedback` (
	`team_id` text NOT NULL,
	`turn_id` text NOT NULL,
	`user_id` text NOT NULL,
	`vote` text NOT NULL,
	`reason` text,
	`given_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `turn_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `http_cache` (
	`key` text PRIMARY KEY NOT NULL,
	`etag` text NOT NULL,
	`body` text NOT NULL,
	`bytes` integer NOT NULL,
	`used_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `http_cache_used` ON `http_cache` (`used_at`);--> statement-breakpoint
CREATE TABLE `inbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`ts` text NOT NULL,
	`kind` text NOT NULL,
	`thread_ts` text NOT NULL,
	`author_id` text NOT NULL,
	`mentioned` integer NOT NULL,
	`foreign_author` integer NOT NULL,
	`retry_of` text,
	`received_at` integer NOT NULL,
	`turn_id` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_once` ON `inbox` (`team_id`,`channel_id`,`ts`,`kind`);--> statement-breakpoint
CREATE INDEX `inbox_waiting` ON `inbox` (`turn_id`,`team_id`,`channel_id`,`thread_ts`);--> statement-breakpoint
CREATE TABLE `installations` (
	`team_id` text PRIMARY KEY NOT NULL,
	`team_name` text NOT NULL,
	`bot_user_id` text NOT NULL,
	`bot_id` text NOT NULL,
	`sealed_bot_token` text,
	`scopes` text NOT NULL,
	`installed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`ts` text NOT NULL,
	`thread_ts` text NOT NULL,
	`author_id` text NOT NULL,
	`from_architect` integer NOT NULL,
	`text` text NOT NULL,
	`edited_at` integer,
	`turn_id` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_once` ON `messages` (`team_id`,`channel_id`,`ts`);--> statement-breakpoint
CREATE INDEX `messages_thread` ON `messages` (`team_id`,`channel_id`,`thread_ts`,`ts`);--> statement-breakpoint
CREATE TABLE `people` (
	`team_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`is_admin` integer NOT NULL,
	`fetched_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `replies` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`ts` text NOT NULL,
	`turn_id` text NOT NULL,
	`posted_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `ts`)
);
--> statement-breakpoint
CREATE INDEX `replies_turn` ON `replies` (`turn_id`);--> statement-breakpoint
CREATE TABLE `repository_links` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`repository` text NOT NULL,
	`linked_by` text NOT NULL,
	`linked_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `repository`)
);
--> statement-breakpoint
CREATE TABLE `thread_facts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`message_ts` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `thread_facts_thread` ON `thread_facts` (`team_id`,`channel_id`,`thread_ts`);--> statement-breakpoint
CREATE TABLE `thread_repositories` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`repository` text NOT NULL,
	`sha` text NOT NULL,
	`opened_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `thread_ts`, `repository`)
);
--> statement-breakpoint
CREATE TABLE `threads` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`joined_at` integer NOT NULL,
	`seeded_at` integer,
	`summary` text,
	`summarised_until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `thread_ts`)
);
--> statement-breakpoint
CREATE TABLE `turns` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`state` text NOT NULL,
	`outcome` text,
	`epoch` integer NOT NULL,
	`owner` text NOT NULL,
	`lease_until` integer NOT NULL,
	`attempts` integer NOT NULL,
	`run_after` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`sending_since` integer,
	`stop_requested_by` text,
	`linked_text` text,
	`answer` text,
	`ending` text,
	`model` text,
	`input_tokens` integer DEFAULT 0 NOT NULL,
	`cache_read_tokens` integer DEFAULT 0 NOT NULL,
	`cache_write_tokens` integer DEFAULT 0 NOT NULL,
	`output_tokens` integer DEFAULT 0 NOT NULL,
	`cost_usd` real,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `turns_thread` ON `turns` (`team_id`,`channel_id`,`thread_ts`,`created_at`);--> statement-breakpoint
CREATE INDEX `turns_due` ON `turns` (`state`,`lease_until`,`run_after`);--> statement-breakpoint
CREATE INDEX `turns_spend` ON `turns` (`team_id`,`created_at`);