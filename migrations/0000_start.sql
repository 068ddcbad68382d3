CREATE TABLE `channel_settings` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`repository` text,
	`depth` text,
	`language` text,
	`decide_by_reaction` integer DEFAULT false NOT NULL,
	`set_by` text NOT NULL,
	`set_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`)
);
--> statement-breakpoint
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
CREATE TABLE `decision_cards` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`ts` text NOT NULL,
	`decision_id` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `ts`)
);
--> statement-breakpoint
CREATE INDEX `decision_cards_decision` ON `decision_cards` (`decision_id`);--> statement-breakpoint
CREATE TABLE `decision_checks` (
	`team_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`assertion` text NOT NULL,
	`repository` text NOT NULL,
	`outcome` text NOT NULL,
	`sha` text NOT NULL,
	`held_at` text,
	`broken_since` text,
	`introduced` text,
	`places` text NOT NULL,
	`place_count` integer NOT NULL,
	`reason` text,
	`checked_at` integer NOT NULL,
	`told` text,
	`telling` text,
	PRIMARY KEY(`decision_id`, `assertion`, `repository`)
);
--> statement-breakpoint
CREATE INDEX `decision_checks_outcome` ON `decision_checks` (`team_id`,`outcome`);--> statement-breakpoint
CREATE TABLE `decision_deciders` (
	`team_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`user_id` text NOT NULL,
	`waits` integer NOT NULL,
	PRIMARY KEY(`decision_id`, `user_id`)
);
--> statement-breakpoint
CREATE INDEX `decision_deciders_user` ON `decision_deciders` (`team_id`,`user_id`,`waits`);--> statement-breakpoint
CREATE TABLE `decision_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`decision_id` text NOT NULL,
	`team_id` text NOT NULL,
	`version` integer NOT NULL,
	`kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`origin` text NOT NULL,
	`detail` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `decision_events_decision` ON `decision_events` (`decision_id`,`id`);--> statement-breakpoint
CREATE INDEX `decision_events_at` ON `decision_events` (`team_id`,`at`);--> statement-breakpoint
CREATE TABLE `decision_files` (
	`team_id` text NOT NULL,
	`repository` text NOT NULL,
	`path` text NOT NULL,
	`decision_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`rendered_hash` text NOT NULL,
	`synced_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `repository`, `path`)
);
--> statement-breakpoint
CREATE INDEX `decision_files_decision` ON `decision_files` (`decision_id`);--> statement-breakpoint
CREATE TABLE `decision_numbers` (
	`team_id` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `decision_reminders` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`decision_id` text NOT NULL,
	`reminded_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `thread_ts`, `decision_id`)
);
--> statement-breakpoint
CREATE TABLE `decision_sections` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`title` text NOT NULL,
	`keywords` text NOT NULL,
	`heading` text NOT NULL,
	`text` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `decision_sections_decision` ON `decision_sections` (`decision_id`);--> statement-breakpoint
CREATE TABLE `decision_suggestions` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text,
	`thread_link` text,
	`contents` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `decisions` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`number` integer,
	`channel_id` text NOT NULL,
	`thread_ts` text,
	`thread_link` text,
	`visibility` text NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`title` text NOT NULL,
	`tags` text NOT NULL,
	`repository` text,
	`checks` text NOT NULL,
	`review_by` integer,
	`supersedes` text NOT NULL,
	`superseded_by` text,
	`reopens` text,
	`imported_from` text,
	`votes` text NOT NULL,
	`amendments` text NOT NULL,
	`reason` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`decided_at` integer,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `decisions_number` ON `decisions` (`team_id`,`number`);--> statement-breakpoint
CREATE INDEX `decisions_status` ON `decisions` (`team_id`,`status`,`changed_at`);--> statement-breakpoint
CREATE INDEX `decisions_channel` ON `decisions` (`team_id`,`channel_id`,`changed_at`);--> statement-breakpoint
CREATE TABLE `digest_settings` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`on` integer NOT NULL,
	`weekday` integer NOT NULL,
	`time` text NOT NULL,
	`zone` text NOT NULL,
	`quiet_weeks` text NOT NULL,
	`off_reason` text,
	`set_by` text NOT NULL,
	`set_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`)
);
--> statement-breakpoint
CREATE TABLE `digests` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`period` text NOT NULL,
	`due_at` integer NOT NULL,
	`state` text NOT NULL,
	`owner` text NOT NULL,
	`lease_until` integer NOT NULL,
	`sending_since` integer,
	`ts` text,
	`reason` text,
	`counts` text,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `period`)
);
--> statement-breakpoint
CREATE INDEX `digests_open` ON `digests` (`state`,`lease_until`);--> statement-breakpoint
CREATE INDEX `digests_latest` ON `digests` (`team_id`,`channel_id`,`due_at`);--> statement-breakpoint
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
CREATE TABLE `finding_exceptions` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`repository` text NOT NULL,
	`fingerprint` text NOT NULL,
	`rule` text NOT NULL,
	`title` text NOT NULL,
	`place` text NOT NULL,
	`kind` text NOT NULL,
	`reason` text NOT NULL,
	`owner_id` text NOT NULL,
	`until` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `finding_exceptions_finding` ON `finding_exceptions` (`team_id`,`repository`,`fingerprint`);--> statement-breakpoint
CREATE INDEX `finding_exceptions_rule` ON `finding_exceptions` (`rule`,`kind`);--> statement-breakpoint
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
	`review_id` text,
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
	`standing` text NOT NULL,
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
CREATE TABLE `repository_names` (
	`host` text NOT NULL,
	`id` integer NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`host`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `repository_names_name` ON `repository_names` (`host`,`name`);--> statement-breakpoint
CREATE TABLE `repository_notes` (
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`repository` text NOT NULL,
	`formerly` text NOT NULL,
	PRIMARY KEY(`team_id`, `channel_id`, `repository`)
);
--> statement-breakpoint
CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`thread_ts` text NOT NULL,
	`requested_by` text NOT NULL,
	`url` text NOT NULL,
	`depth` text NOT NULL,
	`state` text NOT NULL,
	`target` text,
	`sha` text,
	`continues` text,
	`parts` text,
	`report` text,
	`private` integer DEFAULT true NOT NULL,
	`picture` text,
	`memory` text,
	`estimates` text,
	`cost_usd` real,
	`created_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `reviews_target` ON `reviews` (`team_id`,`target`,`created_at`);--> statement-breakpoint
CREATE INDEX `reviews_thread` ON `reviews` (`team_id`,`channel_id`,`thread_ts`,`created_at`);--> statement-breakpoint
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