--> statement-breakpoint
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION public.guiwei_refuse_change();
