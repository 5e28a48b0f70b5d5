--> statement-breakpoint
-- All triggers as they are now: CREATE OR REPLACE, because a migration after a change of this file runs it whole.
CREATE OR REPLACE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_refuse_change();
