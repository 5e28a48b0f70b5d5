import { eq, sql } from "drizzle-orm";
import { joinedBox } from "../catalogue/box-view.ts";
import type { Context } from "../context.ts";
import { boxes, records, tags } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";
import type { FoundRow } from "./find-by-key.ts";
import { keptStatement } from "./kept-statement.ts";
import { bigramQuery } from "./search-text.ts";

/** The newest records are searched first, in the index by date: a text that every 500th name contains is found there. */
const newestMax = 10_000;
/** Most candidates from the bigram index; if there are more, all records are walked instead, newest first. */
const candidatesMax = 4_000;

export interface Place {
  atMs: number;
  id: string;
}

/** A place after all records: the first page begins here. */
const top: Place = { atMs: Number.MAX_SAFE_INTEGER, id: "" };

/**
 * Three steps; each runs only if the earlier ones did not fill the page: a walk over the newest records (common queries),
 * candidates from the bigram index while they are few (rare ones), a walk as far as needed (many matches, all old). `ORDER BY …
 * LIMIT` directly over the bigram condition makes the planner walk the date index for rare names. A fetched candidate costs
 * twenty times a walked name, because the walk reads the index alone: hence the two limits. The pairs are in a SELECT of their
 * own, unknown to the planner: so it keeps one plan, where making one for every query took 2 ms.
 */
const ask = keptStatement((db, count) => {
  const number = (value: number) => sql.raw(`${value}`);
  const isAfter = sql`(updated_at_ms, id) < (${sql.placeholder("atMs")}::bigint, ${sql.placeholder("id")}::text)`;
  const newestFirst = sql`ORDER BY updated_at_ms DESC, id DESC`;
  const contains = sql`strpos(search_text, ${sql.placeholder("query")}) > 0`;
  const hit = sql`(
    WITH near AS MATERIALIZED (
      SELECT id, updated_at_ms FROM (
        SELECT id, updated_at_ms, search_text FROM records WHERE ${isAfter} ${newestFirst} LIMIT ${number(newestMax)}
      ) AS newest WHERE ${contains} LIMIT ${number(count)}
    ), candidate AS MATERIALIZED (
      SELECT id, updated_at_ms FROM records
      WHERE (SELECT count(*) FROM near) < ${number(count)}
        AND public.guiwei_bigrams(search_text) @@ (SELECT ${sql.placeholder("bigrams")}::tsquery) AND ${contains}
      LIMIT ${number(candidatesMax + 1)}
    ), step AS MATERIALIZED (
      SELECT CASE
        WHEN (SELECT count(*) FROM near) = ${number(count)} THEN 1
        WHEN (SELECT count(*) FROM candidate) <= ${number(candidatesMax)} THEN 2 ELSE 3 END AS no
    )
    (SELECT 1 AS step, id, updated_at_ms FROM near WHERE (SELECT no FROM step) = 1)
    UNION ALL
    (SELECT 2, id, updated_at_ms FROM candidate WHERE (SELECT no FROM step) = 2 AND ${isAfter}
      ${newestFirst} LIMIT ${number(count)})
    UNION ALL
    (SELECT 3, id, updated_at_ms FROM records WHERE (SELECT no FROM step) = 3 AND ${isAfter} AND ${contains}
      ${newestFirst} LIMIT ${number(count)})
  ) AS hit`;
  return db
    .select({ step: sql<number>`hit.step`, record: records, box: boxes, epc: tags.epc, holderName: people.name })
    .from(hit)
    .innerJoin(records, sql`${records.id} = hit.id`)
    .leftJoin(boxes, eq(boxes.id, records.boxId))
    .leftJoin(tags, sql`${tags.boxId} = ${boxes.id} AND ${tags.unboundAtMs} IS NULL`)
    .leftJoin(people, eq(people.id, boxes.holderId))
    .prepare("find_by_substring");
});

/** The newest `count` records after `after` that contain `query`, newest first; isCapped: the search stopped at its limit. */
export async function findBySubstring(
  context: Context,
  query: string,
  count: number,
  after: Place | null,
): Promise<{ rows: FoundRow[]; isCapped: boolean }> {
  const found = await ask(context.db, count, { ...(after ?? top), query, bigrams: bigramQuery(query) });
  found.sort((a, b) => b.record.updatedAtMs - a.record.updatedAtMs || (a.record.id < b.record.id ? 1 : -1));
  return {
    rows: found.map((row) => ({ record: row.record, box: joinedBox(row) })),
    isCapped: found[0]?.step === 3,
  };
}
