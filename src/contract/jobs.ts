/** Jobs as people see them: what runs, what waits, how far each is, and the limits. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** waiting: for its turn; preparing: the gateway writes the job's input; working: the job's process runs. */
export const jobPhases = ["waiting", "preparing", "working"] as const;
export type JobPhase = (typeof jobPhases)[number];

export const jobUnits = ["rows", "bytes"] as const;
export type JobUnit = (typeof jobUnits)[number];

export const jobViewSchema = Type.Object(
  {
    id: Type.String(),
    /** Its file or subject: `export`, `template`, `import:<id>`, `errors:<id>`, `result:<id>`, `reads:<id>`, `backup`. */
    about: Type.String(),
    phase: Type.Enum([...jobPhases]),
    /** Rows or bytes done in this phase. */
    done: Type.Integer(),
    total: nullable(Type.Integer()),
    /** Share that is done, 0 to 1; null while unknown. */
    share: nullable(Type.Number()),
    unit: Type.Enum([...jobUnits]),
    /** Jobs that wait before it. */
    ahead: Type.Integer(),
    askedAtMs: Type.Integer(),
    /** The viewer asked for this job. */
    isMine: Type.Boolean(),
  },
  strict,
);

/** The jobs that the viewer may see, and the load that all jobs together cause. */
export const jobsViewSchema = Type.Object(
  {
    jobs: Type.Array(jobViewSchema),
    running: Type.Integer(),
    runningMax: Type.Integer(),
    waiting: Type.Integer(),
    waitingMax: Type.Integer(),
    perSourceMax: Type.Integer(),
    /** Waiting time of the job that waits longest. */
    longestWaitMs: Type.Integer(),
    waitMsMax: Type.Integer(),
    /** Bytes in the folder for files of jobs. */
    folderBytes: Type.Integer(),
    folderBytesMax: Type.Integer(),
  },
  strict,
);

export type JobView = Static<typeof jobViewSchema>;
export type JobsView = Static<typeof jobsViewSchema>;
