/** Whether the clock of the gateway's machine is right, as the machine itself reports. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const timeLineSchema = Type.Object(
  {
    /** unknown: no program on this machine reports it. That is never taken as right. */
    state: Type.Enum(["synchronised", "not-synchronised", "unknown"]),
    /** The program that reports it. */
    source: nullable(Type.Enum(["chrony", "timedatectl", "timesyncd"])),
    /** Difference between this machine's clock and its source, either way, if reported. */
    offsetMs: nullable(Type.Number()),
    /** Since when it has been in this state; at the earliest the gateway's start. */
    sinceMs: nullable(Type.Integer()),
  },
  strict,
);
export type TimeLine = Static<typeof timeLineSchema>;

/** The value where no program watches the clock. */
export const unknownTime: TimeLine = { state: "unknown", source: null, offsetMs: null, sinceMs: null };
