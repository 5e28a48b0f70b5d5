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
-- Every statement that writes, under every gateway on a server, passes here. A leader's session names its grant: its rows are
-- read FOR KEY SHARE, which renewing them does not meet and taking them over does. So a write is either committed before the
-- lead is taken over, or fails. Commands and the embedded database name none; a standby may sign people in and out, no more.
CREATE OR REPLACE FUNCTION public.guiwei_guard_lead() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  lead text := pg_catalog.current_setting('guiwei.lead_epoch', true);
  rooms_led integer;
BEGIN
  IF lead IS NULL OR lead = '' THEN
    RETURN NULL;
  END IF;
  IF lead = 'standby' THEN
    IF TG_NARGS > 0 THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a standby writes nothing into %', TG_TABLE_NAME USING ERRCODE = 'GW002';
  END IF;
  PERFORM 1 FROM public.leads WHERE epoch = lead::bigint FOR KEY SHARE;
  GET DIAGNOSTICS rooms_led = ROW_COUNT;
  IF rooms_led <> pg_catalog.current_setting('guiwei.lead_rooms')::integer THEN
    RAISE EXCEPTION 'the lead of epoch % is over', lead USING ERRCODE = 'GW001';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- All rooms or none, in one statement: a taker that is held in the middle would hold everybody. Null where somebody leads. It
-- waits for transactions that still write under the lead that ran out; whoever calls it ends those (src/lead/lead-row.ts).
CREATE OR REPLACE FUNCTION public.guiwei_take_lead(
  wanted text[], new_holder text, new_name text, new_url text, lead_ms integer
) RETURNS bigint
LANGUAGE plpgsql SET lock_timeout = '5s' AS $$
DECLARE
  next_epoch bigint;
BEGIN
  -- "lead" in ASCII: takers come one after the other, also while there is no row yet.
  PERFORM pg_catalog.pg_advisory_xact_lock(1818583396);
  IF EXISTS (SELECT FROM public.leads WHERE expires_at > pg_catalog.clock_timestamp()) THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM public.leads ORDER BY room_id FOR UPDATE;
  -- Its holder may have renewed it while we waited.
  IF EXISTS (SELECT FROM public.leads WHERE expires_at > pg_catalog.clock_timestamp()) THEN
    RETURN NULL;
  END IF;
  SELECT pg_catalog.max(epoch) + 1 INTO next_epoch FROM public.leads;
  next_epoch := COALESCE(next_epoch, 1);
  INSERT INTO public.leads (room_id, epoch, holder, holder_name, url, taken_at, expires_at)
  SELECT room, next_epoch, new_holder, new_name, new_url, pg_catalog.clock_timestamp(),
    pg_catalog.clock_timestamp() + lead_ms * interval '1 millisecond'
  FROM pg_catalog.unnest(wanted) AS room
  ON CONFLICT (room_id) DO UPDATE SET epoch = EXCLUDED.epoch, holder = EXCLUDED.holder, holder_name = EXCLUDED.holder_name,
    url = EXCLUDED.url, taken_at = EXCLUDED.taken_at, expires_at = EXCLUDED.expires_at;
  RETURN next_epoch;
END
$$;
--> statement-breakpoint
CREATE TABLE "leads" (
	"room_id" text PRIMARY KEY NOT NULL,
	"epoch" bigint NOT NULL,
	"holder" text NOT NULL,
	"holder_name" text NOT NULL,
	"url" text,
	"taken_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- All triggers as they are now: CREATE OR REPLACE, because a migration after a change of this file runs it whole.
CREATE OR REPLACE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_refuse_change();
--> statement-breakpoint
-- Every table of the schema but `leads` itself; a test compares. What is written as somebody signs in or out, a standby may too.
DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY[
    'aisle_findings', 'aisle_uses', 'antenna_profiles', 'area_locks', 'area_state', 'boxes', 'commands', 'idempotency_keys',
    'imports', 'layers', 'loans', 'motion_logs', 'one_time_codes', 'people', 'records', 'relocation_moves', 'relocations',
    'reservations', 'slots', 'standing_alarms', 'stocktake_antennas', 'stocktake_decisions', 'stocktake_evidence',
    'stocktake_lines', 'stocktakes', 'tag_history', 'tags', 'tokens'
  ] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER guard_lead BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I
      FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_guard_lead()', guarded);
  END LOOP;
  FOREACH guarded IN ARRAY ARRAY['chain_heads', 'journal', 'sessions'] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER guard_lead BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I
      FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_guard_lead(''sign-in'')', guarded);
  END LOOP;
END
$$;
