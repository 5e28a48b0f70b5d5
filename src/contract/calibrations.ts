/** 天线模型: what the antennas of an area hear, learned from stocktakes, by version. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** Without a list: the newest stocktakes but the last, which then tells whether it fits. */
export const learnCalibrationBody = Type.Object(
  { stocktakeIds: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 12 })) },
  strict,
);

export const calibrationFitSchema = Type.Object(
  {
    /** The newest finished stocktake that no version learned from. */
    stocktakeId: Type.String(),
    endedAtMs: Type.Integer(),
    /** Boxes known to be right in it. */
    boxes: Type.Integer(),
    /** False: learn again. */
    isGood: Type.Boolean(),
    /** Mean squared deviation over antennas in units of what chance allows; 1 is perfect. Null: too few boxes an antenna. */
    statistic: nullable(Type.Number()),
    threshold: Type.Number(),
    /** Worst first, at most twenty: dB by which an antenna hears its own layer louder than the calibration says. */
    antennas: Type.Array(
      Type.Object(
        { key: Type.String(), shiftDb: Type.Number(), deviations: Type.Number(), boxes: Type.Integer() },
        strict,
      ),
    ),
  },
  strict,
);

export const calibrationViewSchema = Type.Object(
  {
    areaKey: Type.String(),
    /** In use for the next stocktake; 0: the shipped one. */
    version: Type.Integer(),
    /** Newest first. */
    versions: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          /** Boxes it was learned from. */
          boxes: Type.Integer(),
          /** Counts it was learned from, its predecessors' among them: never judged with it. */
          stocktakeIds: Type.Array(Type.String()),
          actor: Type.String(),
          madeAtMs: Type.Integer(),
        },
        strict,
      ),
    ),
    /** Null: no finished stocktake is left to tell. */
    fit: nullable(calibrationFitSchema),
  },
  strict,
);

export type CalibrationView = Static<typeof calibrationViewSchema>;
export type CalibrationFitView = Static<typeof calibrationFitSchema>;
