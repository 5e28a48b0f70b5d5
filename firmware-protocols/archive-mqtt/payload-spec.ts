import type { TSchema } from "typebox";

/** One kind of message: its place in the topic tree, its delivery rules and its shape. */
export interface PayloadSpec<Schema extends TSchema = TSchema> {
  /** Below `archive/v1/{site}/{room}`; `{id}` is the reader, shelf, sensor or light. */
  topic: readonly string[];
  title: string;
  /** Who publishes it. */
  sender: "device" | "gateway";
  qos: 0 | 1;
  isRetained: boolean;
  schema: Schema;
  /** Checks what the schema cannot express: a problem, or null. */
  judge?(value: unknown): { path: string; problem: string } | null;
  /** Written by hand for the AsyncAPI document; tests check each against the schema. */
  examples: readonly unknown[];
}

export function payload<Schema extends TSchema>(spec: PayloadSpec<Schema>): PayloadSpec<Schema> {
  return spec;
}
