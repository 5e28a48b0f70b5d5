import type { Shape } from "../shape.ts";
import type { loans as zh } from "../zh/loans.ts";

export const loans: Shape<typeof zh> = {
  title: "Loans: who holds what",
  holder: "Holder",
  reason: "Reason",
  taken: "Taken",
  due: "Due",
  returned: "Returned",
  overdue: "overdue",
  noDue: "open",
  onlyOpen: "On loan",
  all: "All",
  none: "Every box is in the room.",
  search: "Filter by barcode or holder",
};
