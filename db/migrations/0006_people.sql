CREATE TABLE "environment" (
	"name" text PRIMARY KEY NOT NULL,
	"is_protected" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"invitation_id" uuid PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"email" text NOT NULL,
	"access" jsonb NOT NULL,
	"invited_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "invitation_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "person_permission" (
	"user_id" text NOT NULL,
	"permission" text NOT NULL,
	CONSTRAINT "person_permission_user_id_permission_pk" PRIMARY KEY("user_id","permission")
);
--> statement-breakpoint
CREATE TABLE "person_role" (
	"user_id" text NOT NULL,
	"environment" text NOT NULL,
	"role" text,
	CONSTRAINT "person_role_user_id_environment_pk" PRIMARY KEY("user_id","environment")
);
--> statement-breakpoint
ALTER TABLE "person_permission" ADD CONSTRAINT "person_permission_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_role" ADD CONSTRAINT "person_role_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Until now every account could do everything.
INSERT INTO "person_role" ("user_id", "environment", "role") SELECT "id", '*', 'admin' FROM "user";--> statement-breakpoint
-- A state that knew nothing of approvals of a start is folded anew from its events.
UPDATE "rollout" SET "state" = NULL WHERE "state" IS NOT NULL;
