ALTER TABLE "rollout" ADD COLUMN "from_release" text;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "predicted_ms" bigint;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "undoes" uuid;--> statement-breakpoint
CREATE INDEX "event_told" ON "event" USING btree ("stream","seq") WHERE type in ('rollout.prepared', 'batch.opened', 'batch.settled', 'batch.soaked', 'soak.skipped', 'gate.opened', 'attempt.failed', 'evidence.changed', 'evidence.overridden', 'resources.overridden', 'rollout.paused', 'rollout.resumed', 'rollout.finalizing', 'rollout.watching', 'rollback.started', 'rollout.stopping', 'rollout.ended');--> statement-breakpoint
CREATE INDEX "rollout_undoes" ON "rollout" USING btree ("undoes") WHERE "rollout"."undoes" is not null;--> statement-breakpoint
-- What the start of every rollout so far tells of it.
UPDATE "rollout" SET
	"undoes" = ("event"."data" #>> '{undoes,rolloutId}')::uuid,
	"from_release" = "event"."data" -> 'releaseNames' ->> coalesce(
		"event"."data" #>> '{undoes,releaseId}',
		(
			SELECT "instance" ->> 'wayBackId'
			FROM jsonb_array_elements("event"."data" -> 'instances') AS "instance"
			WHERE "instance" ->> 'wayBackId' <> "event"."data" ->> 'releaseId'
			GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
		)
	)
FROM "event" WHERE "event"."stream" = 'rollout:' || "rollout"."rollout_id" AND "event"."type" = 'rollout.started';
