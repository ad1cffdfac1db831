ALTER TABLE "sample" ADD COLUMN "usage" jsonb;--> statement-breakpoint
-- A state that knew nothing of limits on resources is folded anew from its events.
UPDATE "rollout" SET "state" = NULL WHERE "state" IS NOT NULL;
