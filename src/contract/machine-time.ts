/** Whether the gateway's machine keeps the right time, as the machine itself says. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const timeLineSchema = Type.Object(
  {
    /** unknown: nobody on this machine can say. That is never taken for right. */
    state: Type.Enum(["synchronised", "not-synchronised", "unknown"]),
    /** Who says so. */
    source: nullable(Type.Enum(["chrony", "timedatectl", "timesyncd"])),
    /** How far this machine's clock is from its source, either way, where that is told. */
    offsetMs: nullable(Type.Number()),
    /** In this state since, or since the gateway started. */
    sinceMs: nullable(Type.Integer()),
  },
  strict,
);
export type TimeLine = Static<typeof timeLineSchema>;

/** Where nobody watches it. */
export const unknownTime: TimeLine = { state: "unknown", source: null, offsetMs: null, sinceMs: null };
