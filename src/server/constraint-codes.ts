import type { ErrorCode } from "../contract/errors.ts";

/**
 * The error code for each constraint or unique index of the database. A feature adds its own; a constraint that is not named here
 * becomes "conflict" (unique, foreign key, check) and is logged, so that its name can be added.
 */
export const constraintCodes: Readonly<Record<string, ErrorCode>> = {
  people_login: "login-taken",
  boxes_barcode: "box-barcode-taken",
  boxes_current_slot: "slot-taken",
  boxes_current_slot_fk: "slot-unknown",
  boxes_fits: "box-too-thick",
  boxes_holder_id_people_id_fk: "person-unknown",
  tags_one_box: "tag-taken",
  loans_one_open: "box-on-loan",
  reservations_pkey: "slot-reserved",
  commands_one_open_motion: "area-busy",
};
