/** The meaning of a one-byte reply: `nothing` (no tag, empty buffer) is a result and no fault (PROTOCOL.md, trap 5). */
export type Outcome = "done" | "nothing" | "error";

/** PROTOCOL.md "Error codes": the manual's table, V2.38. */
export const errorNames: ReadonlyMap<number, string> = new Map([
  [0x10, "success"],
  [0x11, "fail"],
  [0x20, "mcu-reset"],
  [0x21, "cw-on"],
  [0x22, "antenna-missing"],
  [0x23, "flash-write"],
  [0x24, "flash-read"],
  [0x25, "set-output-power"],
  [0x31, "tag-inventory"],
  [0x32, "tag-read"],
  [0x33, "tag-write"],
  [0x34, "tag-lock"],
  [0x35, "tag-kill"],
  [0x36, "no-tag"],
  [0x37, "inventory-ok-access-failed"],
  [0x38, "buffer-empty"],
  [0x40, "access-or-password"],
  [0x41, "parameter-invalid"],
  [0x42, "word-count-too-long"],
  [0x43, "memory-bank-out-of-range"],
  [0x44, "lock-region-out-of-range"],
  [0x45, "lock-action-out-of-range"],
  [0x46, "address-invalid"],
  [0x47, "antenna-out-of-range"],
  [0x48, "power-out-of-range"],
  [0x49, "region-out-of-range"],
  [0x4a, "baud-rate-out-of-range"],
  [0x4b, "beeper-mode-out-of-range"],
  [0x4c, "epc-match-too-long"],
  [0x4d, "epc-match-length-wrong"],
  [0x4e, "epc-match-mode-invalid"],
  [0x4f, "frequency-range-invalid"],
  [0x50, "no-rn16"],
  [0x51, "drm-mode-invalid"],
  [0x52, "pll-lock-failed"],
  [0x53, "rf-chip-silent"],
  [0x54, "power-not-reached"],
  [0x55, "copyright-authentication"],
  [0x56, "spectrum-regulation"],
  [0x57, "output-power-too-low"],
  [0xee, "return-loss-failed"],
]);

export function outcomeOf(code: number): Outcome {
  if (code === 0x10) return "done";
  return code === 0x36 || code === 0x38 ? "nothing" : "error";
}
