/** 天线模型: how well the antennas of an area hear each layer, learned from stocktakes and kept in versions. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** Without a list: learn from the newest stocktakes except the last one, which then shows whether the result fits. */
export const learnCalibrationBody = Type.Object(
  { stocktakeIds: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 12 })) },
  strict,
);

export const calibrationFitSchema = Type.Object(
  {
    /** The newest finished stocktake that no version learned from. */
    stocktakeId: Type.String(),
    endedAtMs: Type.Integer(),
    /** Boxes whose place in it is known to be right. */
    boxes: Type.Integer(),
    /** False: the antennas should be calibrated again. */
    isGood: Type.Boolean(),
    /** Mean squared deviation over the antennas, in units of what chance allows; 1 is perfect. Null: too few boxes an antenna. */
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
    /** The version that the next stocktake uses; 0: the shipped one. */
    version: Type.Integer(),
    /** Newest first. */
    versions: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          /** Number of boxes it was learned from. */
          boxes: Type.Integer(),
          /** Stocktakes it was learned from, including those of the versions before: they are never judged with it. */
          stocktakeIds: Type.Array(Type.String()),
          actor: Type.String(),
          madeAtMs: Type.Integer(),
        },
        strict,
      ),
    ),
    /** Null: there is no finished stocktake to test it with. */
    fit: nullable(calibrationFitSchema),
  },
  strict,
);

export type CalibrationView = Static<typeof calibrationViewSchema>;
export type CalibrationFitView = Static<typeof calibrationFitSchema>;
