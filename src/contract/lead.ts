/** Who moves carriages and writes, where several gateways share one PostgreSQL. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const leaderSchema = Type.Object(
  {
    /** Machine and process. */
    name: Type.String(),
    /** Where its console is, if it knows. */
    url: nullable(Type.String()),
    epoch: Type.Integer(),
    sinceMs: Type.Integer(),
  },
  strict,
);

/** Also in the health. */
export const leadViewSchema = Type.Object(
  {
    /** alone: the embedded database, which no other gateway can share. */
    role: Type.Enum(["alone", "leads", "stands-by"]),
    /** Null: alone, or nobody is known to lead at the moment. */
    leader: nullable(leaderSchema),
  },
  strict,
);

export type LeadView = Static<typeof leadViewSchema>;
