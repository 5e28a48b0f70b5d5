/** Long and foreign work as people see it: what runs, what waits, how far it is, and how much of it there may be. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** waiting: for its turn; preparing: the gateway writes what it works on; working: in its process. */
export const jobPhases = ["waiting", "preparing", "working"] as const;
export type JobPhase = (typeof jobPhases)[number];

export const jobUnits = ["rows", "bytes"] as const;
export type JobUnit = (typeof jobUnits)[number];

export const jobViewSchema = Type.Object(
  {
    id: Type.String(),
    /** What is made or read: `export`, `template`, `import:<id>`, `errors:<id>`, `result:<id>`, `reads:<id>`, `backup`. */
    about: Type.String(),
    phase: Type.Enum([...jobPhases]),
    /** Rows or bytes so far, in this phase. */
    done: Type.Integer(),
    total: nullable(Type.Integer()),
    /** 0 to 1; null as long as nobody knows. */
    share: nullable(Type.Number()),
    unit: Type.Enum([...jobUnits]),
    /** Jobs that wait before it. */
    ahead: Type.Integer(),
    askedAtMs: Type.Integer(),
    /** Asked for by whoever looks. */
    isMine: Type.Boolean(),
  },
  strict,
);

/** The jobs that one may see, and how full it is for everybody. */
export const jobsViewSchema = Type.Object(
  {
    jobs: Type.Array(jobViewSchema),
    running: Type.Integer(),
    runningMax: Type.Integer(),
    waiting: Type.Integer(),
    waitingMax: Type.Integer(),
    perSourceMax: Type.Integer(),
    /** Of the one that waits longest. */
    longestWaitMs: Type.Integer(),
    waitMsMax: Type.Integer(),
    /** Of files that pass through. */
    folderBytes: Type.Integer(),
    folderBytesMax: Type.Integer(),
  },
  strict,
);

export type JobView = Static<typeof jobViewSchema>;
export type JobsView = Static<typeof jobsViewSchema>;
