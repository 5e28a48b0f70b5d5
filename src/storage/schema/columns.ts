import { bigint, text } from "drizzle-orm/pg-core";

/** Milliseconds since the epoch: a Date would lose what a key must keep, and every reader of the API wants a number. */
export const atMs = (name: string) => bigint(name, { mode: "number" });
/** uuidv7 as text, made by the gateway (never by the database: no chance in SQL). */
export const id = (name = "id") => text(name);
