CREATE TABLE "hook_run" (
	"key" text PRIMARY KEY NOT NULL,
	"rollout_id" uuid NOT NULL,
	"status" text NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"message" text DEFAULT '' NOT NULL,
	"output" text DEFAULT '' NOT NULL,
	"token" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "rollout_one_active_per_fleet";--> statement-breakpoint
ALTER TABLE "command" ALTER COLUMN "rollout_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "rollout" ALTER COLUMN "state" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "fleet" ADD COLUMN "freeze" jsonb;--> statement-breakpoint
ALTER TABLE "fleet" ADD COLUMN "seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "command" ADD COLUMN "fleet_id" uuid;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "state_seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- A state in the former shape cannot be gone on with: it is folded anew from its events.
UPDATE "rollout" SET "state" = NULL;--> statement-breakpoint
ALTER TABLE "hook_run" ADD CONSTRAINT "hook_run_rollout_id_rollout_rollout_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "public"."rollout"("rollout_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hook_run_rollout" ON "hook_run" USING btree ("rollout_id");--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "rollout_one_queued_per_fleet" ON "rollout" USING btree ("fleet_id") WHERE "rollout"."status" = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "rollout_one_active_per_fleet" ON "rollout" USING btree ("fleet_id") WHERE "rollout"."ended_at" is null and "rollout"."status" <> 'queued';--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_on_one" CHECK (num_nonnulls("command"."rollout_id", "command"."fleet_id") = 1);--> statement-breakpoint
-- What was written before a plan had hooks, windows and a word on superseding, and updates could be start-first, goes on as it was meant.
UPDATE "plan_version" SET "plan" = '{"hooks": {}, "windows": [], "supersede": "reject"}'::jsonb || "plan";--> statement-breakpoint
UPDATE "event" SET "data" = "data" || '{"startFirst": false}'::jsonb WHERE "type" = 'update.started';--> statement-breakpoint
UPDATE "event" SET "data" = '{"provenReleaseId": null, "undoes": null, "reason": null}'::jsonb || "data" || jsonb_build_object(
	'plan', '{"hooks": {}, "windows": [], "supersede": "reject"}'::jsonb || ("data" -> 'plan'),
	'instances', (
		SELECT coalesce(jsonb_agg(jsonb_build_object('serves', NOT ("instance" ->> 'wasUnhealthy')::boolean, 'unitStartedAt', NULL) || "instance" ORDER BY "place"), '[]'::jsonb)
		FROM jsonb_array_elements("data" -> 'instances') WITH ORDINALITY AS "listed" ("instance", "place")
	)
) WHERE "type" = 'rollout.started';