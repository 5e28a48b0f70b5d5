import { type Static, Type } from "typebox";

/** RFC 9457 application/problem+json with a stable code and both languages. */
export const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  /** Faults of single fields or rows. */
  problems: Type.Optional(Type.Array(Type.Object({ path: Type.String(), zh: Type.String(), en: Type.String() }))),
});
export type Problem = Static<typeof problemSchema>;
