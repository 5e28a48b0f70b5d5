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
