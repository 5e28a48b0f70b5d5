import type { Shape } from "../shape.ts";
import type { common as zh } from "../zh/common.ts";

export const common: Shape<typeof zh> = {
  save: "Save",
  loadMore: "Load more",
  copy: "Copy",
  copied: "Copied",
  reason: "Reason",
  reasonHint: "Say why; it goes into the journal",
  none: "—",
  back: "Back",
  close: "Close",
  loading: "Loading…",
  empty: "Nothing here yet",
  retry: "Try again",
  since: "since {{time}}",
  barcode: "Barcode",
  thickness: "Thickness",
  mm: "{{n}} mm",
  boxes: "{{n}} boxes",
  state: "State",
  name: "Name",
  actions: "Actions",
  time: "Time",
  scanHint: "A barcode gun works here",
  all: "All",
  started: "Started",
};
