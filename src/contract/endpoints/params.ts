/** Parameters and refusals that many endpoints share. */
import { Type } from "typebox";

export const id = Type.String({ maxLength: 64 });
export const areaKey = Type.String({ maxLength: 80 });
export const idParams = Type.Object({ id });
export const areaParams = Type.Object({ areaKey });

/** Query of a paged list: spread it into the endpoint's query. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 600 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
};

/** Refusals of every action that puts a box into a slot. */
export const intoSlot = ["box-too-thick", "slot-reserved", "slot-taken", "slot-unknown"] as const;
