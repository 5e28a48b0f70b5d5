CREATE TABLE "standing_alarms" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"device_id" text NOT NULL,
	"alarm_id" text NOT NULL,
	"level" text NOT NULL,
	"kind" text NOT NULL,
	"raised_at_ms" bigint NOT NULL,
	CONSTRAINT "standing_alarms_level" CHECK ("standing_alarms"."level" IN ('warning','danger'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "standing_alarms_one" ON "standing_alarms" USING btree ("room_id","device_id","alarm_id");