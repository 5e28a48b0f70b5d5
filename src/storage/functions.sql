-- Helper functions that indexes and triggers use; put before the generated migration by `node scripts/migrations.mjs`.

-- Character bigrams (and single characters) of a text as a tsvector: Chinese substrings of any length become index look-ups,
-- rechecked with strpos. Immutable and schema-qualified, because PostgreSQL 17+ builds indexes under a safe search_path.
CREATE OR REPLACE FUNCTION public.guiwei_bigrams(input text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT pg_catalog.array_to_tsvector(COALESCE(pg_catalog.array_agg(DISTINCT gram), '{}'))
  FROM (
    SELECT pg_catalog.substr(line, i, n) AS gram
    FROM pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.lower(input), E'\n')) AS line,
         pg_catalog.generate_series(1, pg_catalog.char_length(line)) AS i,
         pg_catalog.generate_series(1, 2) AS n
    WHERE i + n - 1 <= pg_catalog.char_length(line)
  ) AS grams
  WHERE pg_catalog.btrim(gram) <> ''
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
