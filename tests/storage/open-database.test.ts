import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { onEachDatabase } from "../support/database.ts";

onEachDatabase("open database", (fresh, engine) => {
  it("is migrated and answers", async () => {
    const database = await fresh();
    const rows = await database.db.execute<{ n: number }>(
      sql`SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations`,
    );
    expect(rows[0]?.n).toBeGreaterThan(0);
    expect(database.engine).toBe(engine === "embedded" ? "memory" : engine);
    await database.close();
  });
});
