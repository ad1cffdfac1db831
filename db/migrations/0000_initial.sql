CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "setup_token" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "setup_token_only_one" CHECK ("setup_token"."only")
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"detail" jsonb NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fleet" (
	"fleet_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"service" text NOT NULL,
	"environment" text NOT NULL,
	"definition" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	"assigned" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"proven_release_id" uuid,
	"held_release" jsonb
);
--> statement-breakpoint
CREATE TABLE "lease" (
	"fleet_id" uuid PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"token" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "release" (
	"release_id" uuid PRIMARY KEY NOT NULL,
	"service" text NOT NULL,
	"name" text NOT NULL,
	"definition" jsonb NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"recorded_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"plan_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "plan_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "plan_version" (
	"plan_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"plan" jsonb NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	"saved_by" text NOT NULL,
	CONSTRAINT "plan_version_plan_id_version_pk" PRIMARY KEY("plan_id","version")
);
--> statement-breakpoint
CREATE TABLE "command" (
	"command_id" uuid PRIMARY KEY NOT NULL,
	"rollout_id" uuid NOT NULL,
	"at" bigint NOT NULL,
	"actor_id" text,
	"seq" integer NOT NULL,
	"result" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event" (
	"stream" text NOT NULL,
	"seq" integer NOT NULL,
	"at" bigint NOT NULL,
	"type" text NOT NULL,
	"actor" jsonb NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "event_stream_seq_pk" PRIMARY KEY("stream","seq")
);
--> statement-breakpoint
CREATE TABLE "rollout" (
	"rollout_id" uuid PRIMARY KEY NOT NULL,
	"fleet_id" uuid NOT NULL,
	"status" text NOT NULL,
	"kind" text NOT NULL,
	"state" jsonb NOT NULL,
	"summary" jsonb NOT NULL,
	"seq" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "evidence_interval" (
	"rollout_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"at" bigint NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "evidence_interval_rollout_id_number_pk" PRIMARY KEY("rollout_id","number")
);
--> statement-breakpoint
CREATE TABLE "sample" (
	"fleet_id" uuid NOT NULL,
	"at" bigint NOT NULL,
	"width_ms" integer NOT NULL,
	"release_id" uuid NOT NULL,
	"requests" integer NOT NULL,
	"failed" integer NOT NULL,
	"cut" integer NOT NULL,
	"bins" jsonb NOT NULL,
	CONSTRAINT "sample_fleet_id_width_ms_at_release_id_pk" PRIMARY KEY("fleet_id","width_ms","at","release_id")
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fleet" ADD CONSTRAINT "fleet_proven_release_id_release_release_id_fk" FOREIGN KEY ("proven_release_id") REFERENCES "public"."release"("release_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lease" ADD CONSTRAINT "lease_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_plan_id_plan_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("plan_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_rollout_id_rollout_rollout_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "public"."rollout"("rollout_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollout" ADD CONSTRAINT "rollout_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_interval" ADD CONSTRAINT "evidence_interval_rollout_id_rollout_rollout_id_fk" FOREIGN KEY ("rollout_id") REFERENCES "public"."rollout"("rollout_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample" ADD CONSTRAINT "sample_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_user_id" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user_id" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verification_identifier" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_target" ON "audit" USING btree ("target","at");--> statement-breakpoint
CREATE UNIQUE INDEX "fleet_name" ON "fleet" USING btree ("name") WHERE "fleet"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "fleet_service" ON "fleet" USING btree ("service");--> statement-breakpoint
CREATE UNIQUE INDEX "release_service_name" ON "release" USING btree ("service","name");--> statement-breakpoint
CREATE INDEX "release_recorded" ON "release" USING btree ("service","recorded_at");--> statement-breakpoint
CREATE INDEX "command_rollout" ON "command" USING btree ("rollout_id");--> statement-breakpoint
CREATE UNIQUE INDEX "rollout_one_active_per_fleet" ON "rollout" USING btree ("fleet_id") WHERE "rollout"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "rollout_started" ON "rollout" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "rollout_fleet_started" ON "rollout" USING btree ("fleet_id","started_at");