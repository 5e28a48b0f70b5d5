-- Helper functions that indexes and triggers use; put before the generated migration by `node scripts/migrations.mjs`.

-- Character bigrams of a text as a tsvector: any Chinese substring becomes an index look-up, rechecked with strpos. Every
-- character begins one pair (the last one's partner is a line break), so that a single character is a prefix query.
-- Two regular expressions instead of a loop: one evaluation costs microseconds, and an import pays it for every row.
-- Immutable and schema-qualified, because PostgreSQL 17+ builds indexes under a safe search_path; the stated cost keeps the
-- planner from evaluating it row by row while a fresh table has no statistics.
CREATE OR REPLACE FUNCTION public.guiwei_bigrams(input text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
  SELECT pg_catalog.array_to_tsvector(pg_catalog.array_remove(pg_catalog.string_to_array(
    pg_catalog.regexp_replace(input || E'\n', '(..)', E'\\1\x01', 'g')
      || pg_catalog.regexp_replace(pg_catalog.substr(input || E'\n', 2), '(..)', E'\\1\x01', 'g'),
    E'\x01'), ''))
$$;
--> statement-breakpoint
-- The journal is only ever appended to.
CREATE OR REPLACE FUNCTION public.guiwei_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
--> statement-breakpoint
CREATE TABLE "area_locks" (
	"id" text PRIMARY KEY NOT NULL,
	"area_key" text NOT NULL,
	"person_id" text NOT NULL,
	"reason" text NOT NULL,
	"since_ms" bigint NOT NULL,
	CONSTRAINT "area_locks_one_a_person" UNIQUE("area_key","person_id"),
	CONSTRAINT "area_locks_reason" CHECK (length(trim("area_locks"."reason")) > 0)
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" text PRIMARY KEY NOT NULL,
	"area_key" text NOT NULL,
	"verb" text NOT NULL,
	"aisle" integer NOT NULL,
	"wire_id" integer NOT NULL,
	"epoch" integer NOT NULL,
	"expected_open_aisle" integer NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"reason" text,
	"state" text NOT NULL,
	"outcome" jsonb,
	"stored_at_ms" bigint NOT NULL,
	"settled_at_ms" bigint,
	CONSTRAINT "commands_state" CHECK ("commands"."state" IN ('stored','sent','accepted','done','refused','failed','expired','stopped'))
);
--> statement-breakpoint
CREATE TABLE "boxes" (
	"id" text PRIMARY KEY NOT NULL,
	"barcode" text NOT NULL,
	"thickness_mm" integer NOT NULL,
	"home_slot_id" text,
	"place" text NOT NULL,
	"current_slot_id" text,
	"current_slot_width_mm" double precision,
	"holder_id" text,
	"since_ms" bigint NOT NULL,
	"evidence" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"withdrawn_at_ms" bigint,
	CONSTRAINT "boxes_one_place" CHECK (("boxes"."place" = 'slot') = ("boxes"."current_slot_id" IS NOT NULL) AND ("boxes"."place" = 'person') = ("boxes"."holder_id" IS NOT NULL)),
	CONSTRAINT "boxes_slot_width_known" CHECK (("boxes"."current_slot_id" IS NULL) = ("boxes"."current_slot_width_mm" IS NULL)),
	CONSTRAINT "boxes_fits" CHECK ("boxes"."current_slot_width_mm" IS NULL OR "boxes"."thickness_mm" <= "boxes"."current_slot_width_mm"),
	CONSTRAINT "boxes_place" CHECK ("boxes"."place" IN ('slot','person','transit','unknown')),
	CONSTRAINT "boxes_thickness" CHECK ("boxes"."thickness_mm" BETWEEN 1 AND 1000)
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"filename" text NOT NULL,
	"state" text NOT NULL,
	"actor" text NOT NULL,
	"rows_total" integer NOT NULL,
	"rows_done" integer NOT NULL,
	"rows_refused" integer NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	"summary" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "loans" (
	"id" text PRIMARY KEY NOT NULL,
	"box_id" text NOT NULL,
	"holder_id" text NOT NULL,
	"reason" text NOT NULL,
	"taken_at_ms" bigint NOT NULL,
	"due_at_ms" bigint,
	"returned_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "records" (
	"id" text PRIMARY KEY NOT NULL,
	"record_no" text NOT NULL,
	"customer_no" text NOT NULL,
	"name" text NOT NULL,
	"legal_entity_code" text,
	"business_type" text,
	"supply_office" text,
	"line" text,
	"state" text NOT NULL,
	"secrecy_level" text NOT NULL,
	"box_id" text,
	"search_text" text NOT NULL,
	"version" integer NOT NULL,
	"updated_at_ms" bigint NOT NULL,
	CONSTRAINT "records_state" CHECK ("records"."state" IN ('active','closed'))
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"slot_id" text PRIMARY KEY NOT NULL,
	"box_id" text NOT NULL,
	"purpose" text NOT NULL,
	"relocation_id" text,
	"expires_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" text PRIMARY KEY NOT NULL,
	"epc" text NOT NULL,
	"box_id" text NOT NULL,
	"bound_at_ms" bigint NOT NULL,
	"unbound_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "aisle_findings" (
	"subject" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"area_key" text NOT NULL,
	"aisle" integer NOT NULL,
	"class" text NOT NULL,
	"certainty" text NOT NULL,
	"box_id" text,
	"barcode" text,
	"epc" text,
	"expected_code" text,
	"expected_layer_id" text,
	"seen_layer_id" text,
	"seen_code" text,
	"explanation" jsonb NOT NULL,
	"stocktake_id" text NOT NULL,
	"found_at_ms" bigint NOT NULL,
	"acknowledged_at_ms" bigint,
	"acknowledged_by" text,
	CONSTRAINT "aisle_findings_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "aisle_uses" (
	"area_key" text NOT NULL,
	"aisle" integer NOT NULL,
	"is_open" boolean NOT NULL,
	"due_since_ms" bigint,
	"tries" integer NOT NULL,
	"try_at_ms" bigint NOT NULL,
	"asked_by" text,
	"outcome" text,
	"stocktake_id" text,
	"layers_total" integer NOT NULL,
	"layers_covered" integer NOT NULL,
	CONSTRAINT "aisle_uses_area_key_aisle_pk" PRIMARY KEY("area_key","aisle")
);
--> statement-breakpoint
CREATE TABLE "chain_heads" (
	"chain" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"chain" text NOT NULL,
	"revision" integer NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text,
	"reason" text,
	"body" jsonb NOT NULL,
	"prev_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "journal_chain_revision_pk" PRIMARY KEY("chain","revision"),
	CONSTRAINT "journal_revision_positive" CHECK ("journal"."revision" > 0)
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"response" jsonb,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "one_time_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"person_id" text,
	"expires_at_ms" bigint NOT NULL,
	"used_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"roles" text[] NOT NULL,
	"language" text NOT NULL,
	"is_active" boolean NOT NULL,
	"version" integer NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"last_seen_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"roles" text[] NOT NULL,
	"created_by" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"revoked_at_ms" bigint,
	CONSTRAINT "tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "relocation_moves" (
	"relocation_id" text NOT NULL,
	"no" integer NOT NULL,
	"box_id" text NOT NULL,
	"from_slot_id" text NOT NULL,
	"to_slot_id" text NOT NULL,
	"state" text NOT NULL,
	"picked_at_ms" bigint,
	"placed_at_ms" bigint,
	"evidence" jsonb NOT NULL,
	"skip_reason" text,
	CONSTRAINT "relocation_moves_relocation_id_no_pk" PRIMARY KEY("relocation_id","no"),
	CONSTRAINT "relocation_moves_state" CHECK ("relocation_moves"."state" IN ('planned','picked','placed','skipped'))
);
--> statement-breakpoint
CREATE TABLE "relocations" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"undo_of" text,
	"created_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	"preview" jsonb NOT NULL,
	CONSTRAINT "relocations_state" CHECK ("relocations"."state" IN ('planned','running','paused','done','cancelled'))
);
--> statement-breakpoint
CREATE TABLE "area_state" (
	"area_key" text PRIMARY KEY NOT NULL,
	"epoch" integer NOT NULL,
	"wire_id" integer NOT NULL,
	"is_inhibited" boolean NOT NULL,
	"is_held_for_locks" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "layers" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"area_id" text NOT NULL,
	"usable_width_mm" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slots" (
	"id" text PRIMARY KEY NOT NULL,
	"layer_id" text NOT NULL,
	"slot" integer NOT NULL,
	"width_mm" double precision NOT NULL,
	"offset_mm" double precision NOT NULL,
	"layer_width_mm" double precision NOT NULL,
	"location_code" text NOT NULL,
	"retired_at_ms" bigint,
	CONSTRAINT "slots_id_width" UNIQUE("id","width_mm"),
	CONSTRAINT "slots_inside_layer" CHECK ("slots"."offset_mm" >= 0 AND "slots"."offset_mm" + "slots"."width_mm" <= "slots"."layer_width_mm")
);
--> statement-breakpoint
CREATE TABLE "antenna_profiles" (
	"area_key" text NOT NULL,
	"version" integer NOT NULL,
	"profile" jsonb NOT NULL,
	"stocktake_ids" jsonb NOT NULL,
	"actor" text NOT NULL,
	"made_at_ms" bigint NOT NULL,
	CONSTRAINT "antenna_profiles_area_key_version_pk" PRIMARY KEY("area_key","version")
);
--> statement-breakpoint
CREATE TABLE "stocktake_antennas" (
	"stocktake_id" text NOT NULL,
	"reader_id" text NOT NULL,
	"antenna" integer NOT NULL,
	"layer_id" text NOT NULL,
	"rounds_healthy" integer NOT NULL,
	"rounds_failed" integer NOT NULL,
	"fault" text,
	"rounds_wanted" integer NOT NULL,
	"is_done" boolean NOT NULL,
	CONSTRAINT "stocktake_antennas_stocktake_id_reader_id_antenna_pk" PRIMARY KEY("stocktake_id","reader_id","antenna")
);
--> statement-breakpoint
CREATE TABLE "stocktake_decisions" (
	"stocktake_id" text NOT NULL,
	"no" integer NOT NULL,
	"decision" text NOT NULL,
	"note" text,
	"actor" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "stocktake_decisions_stocktake_id_no_pk" PRIMARY KEY("stocktake_id","no"),
	CONSTRAINT "stocktake_decisions_decision" CHECK ("stocktake_decisions"."decision" IN ('done','dismissed'))
);
--> statement-breakpoint
CREATE TABLE "stocktake_evidence" (
	"stocktake_id" text NOT NULL,
	"epc" text NOT NULL,
	"reader_id" text NOT NULL,
	"antenna" integer NOT NULL,
	"rounds_answered" integer NOT NULL,
	"mean_dbm" real,
	"last_at_ms" bigint NOT NULL,
	CONSTRAINT "stocktake_evidence_stocktake_id_epc_reader_id_antenna_pk" PRIMARY KEY("stocktake_id","epc","reader_id","antenna")
);
--> statement-breakpoint
CREATE TABLE "stocktake_lines" (
	"stocktake_id" text NOT NULL,
	"no" integer NOT NULL,
	"class" text NOT NULL,
	"certainty" text NOT NULL,
	"box_id" text,
	"barcode" text,
	"epc" text,
	"expected_code" text,
	"expected_layer_id" text,
	"seen_layer_id" text,
	"seen_code" text,
	"explanation" jsonb NOT NULL,
	"probability" real,
	"alternatives" jsonb NOT NULL,
	"proposals" jsonb NOT NULL,
	"evidence" jsonb NOT NULL,
	CONSTRAINT "stocktake_lines_stocktake_id_no_pk" PRIMARY KEY("stocktake_id","no")
);
--> statement-breakpoint
CREATE TABLE "stocktakes" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"kind" text NOT NULL,
	"area_key" text,
	"aisle" integer,
	"scope" jsonb NOT NULL,
	"settings" jsonb NOT NULL,
	"state" text NOT NULL,
	"actor" text NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	"start_revision" integer NOT NULL,
	"end_revision" integer,
	"summary" jsonb,
	CONSTRAINT "stocktakes_kind" CHECK (("stocktakes"."kind" = 'delta') = ("stocktakes"."area_key" IS NOT NULL AND "stocktakes"."aisle" IS NOT NULL)),
	CONSTRAINT "stocktakes_state" CHECK ("stocktakes"."state" IN ('running','paused','done','cancelled'))
);
--> statement-breakpoint
CREATE TABLE "tag_history" (
	"epc" text PRIMARY KEY NOT NULL,
	"rounds_offered" integer NOT NULL,
	"rounds_answered" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "area_locks" ADD CONSTRAINT "area_locks_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "boxes" ADD CONSTRAINT "boxes_home_slot_id_slots_id_fk" FOREIGN KEY ("home_slot_id") REFERENCES "public"."slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "boxes" ADD CONSTRAINT "boxes_holder_id_people_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "boxes" ADD CONSTRAINT "boxes_current_slot_fk" FOREIGN KEY ("current_slot_id","current_slot_width_mm") REFERENCES "public"."slots"("id","width_mm") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "loans" ADD CONSTRAINT "loans_box_id_boxes_id_fk" FOREIGN KEY ("box_id") REFERENCES "public"."boxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "loans" ADD CONSTRAINT "loans_holder_id_people_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_box_id_boxes_id_fk" FOREIGN KEY ("box_id") REFERENCES "public"."boxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_slot_id_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_box_id_boxes_id_fk" FOREIGN KEY ("box_id") REFERENCES "public"."boxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_box_id_boxes_id_fk" FOREIGN KEY ("box_id") REFERENCES "public"."boxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relocation_moves" ADD CONSTRAINT "relocation_moves_relocation_id_relocations_id_fk" FOREIGN KEY ("relocation_id") REFERENCES "public"."relocations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relocation_moves" ADD CONSTRAINT "relocation_moves_box_id_boxes_id_fk" FOREIGN KEY ("box_id") REFERENCES "public"."boxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relocation_moves" ADD CONSTRAINT "relocation_moves_from_slot_id_slots_id_fk" FOREIGN KEY ("from_slot_id") REFERENCES "public"."slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relocation_moves" ADD CONSTRAINT "relocation_moves_to_slot_id_slots_id_fk" FOREIGN KEY ("to_slot_id") REFERENCES "public"."slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_layer_id_layers_id_fk" FOREIGN KEY ("layer_id") REFERENCES "public"."layers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "commands_one_open_motion" ON "commands" USING btree ("area_key") WHERE "commands"."state" IN ('stored', 'sent', 'accepted') AND "commands"."verb" IN ('open', 'close', 'ventilate');--> statement-breakpoint
CREATE INDEX "commands_area_time" ON "commands" USING btree ("area_key","stored_at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "boxes_barcode" ON "boxes" USING btree ("barcode");--> statement-breakpoint
CREATE UNIQUE INDEX "boxes_current_slot" ON "boxes" USING btree ("current_slot_id");--> statement-breakpoint
CREATE INDEX "boxes_home_slot" ON "boxes" USING btree ("home_slot_id");--> statement-breakpoint
CREATE INDEX "boxes_holder" ON "boxes" USING btree ("holder_id");--> statement-breakpoint
CREATE UNIQUE INDEX "loans_one_open" ON "loans" USING btree ("box_id") WHERE "loans"."returned_at_ms" IS NULL;--> statement-breakpoint
CREATE INDEX "loans_holder" ON "loans" USING btree ("holder_id");--> statement-breakpoint
CREATE UNIQUE INDEX "records_record_no" ON "records" USING btree ("record_no");--> statement-breakpoint
CREATE INDEX "records_customer_no" ON "records" USING btree ("customer_no");--> statement-breakpoint
CREATE INDEX "records_legal_entity" ON "records" USING btree ("legal_entity_code");--> statement-breakpoint
CREATE INDEX "records_box" ON "records" USING btree ("box_id");--> statement-breakpoint
CREATE INDEX "records_recent" ON "records" USING btree ("updated_at_ms","id","search_text");--> statement-breakpoint
CREATE INDEX "records_bigrams" ON "records" USING gin (public.guiwei_bigrams("search_text"));--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_box" ON "reservations" USING btree ("box_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tags_one_box" ON "tags" USING btree ("epc") WHERE "tags"."unbound_at_ms" IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "tags_one_tag" ON "tags" USING btree ("box_id") WHERE "tags"."unbound_at_ms" IS NULL;--> statement-breakpoint
CREATE INDEX "aisle_findings_area" ON "aisle_findings" USING btree ("area_key");--> statement-breakpoint
CREATE INDEX "journal_subject" ON "journal" USING btree ("subject","at_ms");--> statement-breakpoint
CREATE INDEX "journal_kind" ON "journal" USING btree ("kind","at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "people_login" ON "people" USING btree (lower("login"));--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "relocation_moves_one_open" ON "relocation_moves" USING btree ("box_id") WHERE "relocation_moves"."state" IN ('planned', 'picked');--> statement-breakpoint
CREATE INDEX "relocations_time" ON "relocations" USING btree ("created_at_ms");--> statement-breakpoint
CREATE INDEX "slots_layer" ON "slots" USING btree ("layer_id");--> statement-breakpoint
CREATE INDEX "slots_code" ON "slots" USING btree ("location_code");--> statement-breakpoint
CREATE INDEX "stocktake_lines_class" ON "stocktake_lines" USING btree ("stocktake_id","class");--> statement-breakpoint
CREATE INDEX "stocktakes_time" ON "stocktakes" USING btree ("started_at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "stocktakes_one_open_delta" ON "stocktakes" USING btree ("area_key") WHERE "stocktakes"."kind" = 'delta' AND "stocktakes"."state" IN ('running', 'paused');--> statement-breakpoint
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_refuse_change();
