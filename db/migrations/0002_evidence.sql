CREATE TABLE "instance_history" (
	"fleet_id" uuid NOT NULL,
	"at" bigint NOT NULL,
	"hosts" jsonb NOT NULL,
	CONSTRAINT "instance_history_fleet_id_at_pk" PRIMARY KEY("fleet_id","at")
);
--> statement-breakpoint
ALTER TABLE "instance_history" ADD CONSTRAINT "instance_history_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- A state without a baseline, or without the last failed attempt of each update, is folded anew from its events.
UPDATE "rollout" SET "state" = NULL WHERE "state" IS NOT NULL;--> statement-breakpoint
-- Plans that were written when only errors were judged go on so.
UPDATE "plan_version" SET "plan" = jsonb_set("plan", '{metrics}', '{"latency": [], "custom": []}'::jsonb || ("plan" -> 'metrics')) WHERE jsonb_typeof("plan" -> 'metrics') = 'object';--> statement-breakpoint
UPDATE "event" SET "data" = jsonb_set("data", '{plan,metrics}', '{"latency": [], "custom": []}'::jsonb || ("data" #> '{plan,metrics}')) WHERE "type" IN ('rollout.started', 'rollout.queued') AND jsonb_typeof("data" #> '{plan,metrics}') = 'object';
