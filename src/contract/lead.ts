/** Which gateway moves carriages and writes, where several share one PostgreSQL. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const leaderSchema = Type.Object(
  {
    /** Names the machine and the process. */
    name: Type.String(),
    /** Address of its console, if it knows one. */
    url: nullable(Type.String()),
    epoch: Type.Integer(),
    sinceMs: Type.Integer(),
  },
  strict,
);

/** Part of the answer to the health request as well. */
export const leadViewSchema = Type.Object(
  {
    /** alone: the embedded database, which no other gateway can share. */
    role: Type.Enum(["alone", "leads", "stands-by"]),
    /** Null: the gateway is alone, or no leader is known at the moment. */
    leader: nullable(leaderSchema),
  },
  strict,
);

export type LeadView = Static<typeof leadViewSchema>;
