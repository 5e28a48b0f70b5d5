import type { Db } from "../storage/db.ts";

interface Statement<Row> {
  execute(values: Record<string, unknown>): Promise<Row[]>;
}

/**
 * Builds a statement once for each database and variant: building one costs drizzle 0.8 ms, several times what PostgreSQL needs
 * to answer it. It is cached after its first answer, so that one made by a broken database is not.
 */
export function keptStatement<Row>(
  build: (db: Db, variant: number) => Statement<Row>,
): (db: Db, variant: number, values: Record<string, unknown>) => Promise<Row[]> {
  const kept = new WeakMap<Db, Map<number, Statement<Row>>>();
  return async (db, variant, values) => {
    const ofDb = kept.get(db) ?? new Map<number, Statement<Row>>();
    const statement = ofDb.get(variant) ?? build(db, variant);
    const rows = await statement.execute(values);
    ofDb.set(variant, statement);
    kept.set(db, ofDb);
    return rows;
  };
}
