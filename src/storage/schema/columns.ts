import { bigint, text } from "drizzle-orm/pg-core";

/**
 * Milliseconds since the Unix epoch: a Date would lose precision that a key needs, and every reader of the API wants a number.
 */
export const atMs = (name: string) => bigint(name, { mode: "number" });
/** uuidv7 as text, made by the gateway (never by the database: no randomness in SQL). */
export const id = (name = "id") => text(name);
