CREATE TABLE "motion_logs" (
	"log_id" text PRIMARY KEY NOT NULL,
	"last_fact" integer NOT NULL
);
