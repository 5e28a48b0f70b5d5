-- What src/storage/migration-record.ts keeps of every migration from here on, beside the checksums that the baseline kept:
-- its name and the version that ran it, for the sentence that refuses a downgrade, and how far a step in batches is.
-- Not in public: a backup carries the history in its header, and a restore makes these rows anew.
CREATE TABLE drizzle.migration_notes (
	hash text PRIMARY KEY,
	name text NOT NULL,
	program text NOT NULL,
	started_at_ms bigint NOT NULL,
	finished_at_ms bigint,
	cursor text,
	rows_done bigint NOT NULL DEFAULT 0,
	rows_total bigint NOT NULL DEFAULT 0
);
