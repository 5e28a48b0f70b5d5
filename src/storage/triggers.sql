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
