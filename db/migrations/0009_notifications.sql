CREATE TABLE "notification" (
	"notification_id" uuid PRIMARY KEY NOT NULL,
	"destination_id" uuid NOT NULL,
	"notice" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"refusals" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_destination" (
	"destination_id" uuid PRIMARY KEY NOT NULL,
	"environment" text NOT NULL,
	"fleet_id" uuid,
	"definition" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"last_error" text,
	"last_delivered_at" timestamp with time zone,
	"lost" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notification" ADD CONSTRAINT "notification_destination_id_notification_destination_destination_id_fk" FOREIGN KEY ("destination_id") REFERENCES "public"."notification_destination"("destination_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_destination" ADD CONSTRAINT "notification_destination_fleet_id_fleet_fleet_id_fk" FOREIGN KEY ("fleet_id") REFERENCES "public"."fleet"("fleet_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notification_destination_order" ON "notification" USING btree ("destination_id","notification_id");--> statement-breakpoint
CREATE INDEX "notification_destination_environment" ON "notification_destination" USING btree ("environment");