/** Raw RSSI (0..127, antenna bit already masked off) to dBm; the offset jumps at 90 (PROTOCOL.md "Signal"). */
export function signalDbmOf(rssiRaw: number): number {
  return rssiRaw >= 90 ? rssiRaw - 129 : rssiRaw - 130;
}

/** The raw value a reader would send for `signalDbm`, clamped to 7 bits. No raw value means −40: it becomes 90 (−39). */
export function rssiRawOf(signalDbm: number): number {
  const raw = signalDbm >= -39 ? Math.round(signalDbm) + 129 : Math.round(signalDbm) + 130;
  return Math.max(0, Math.min(127, raw));
}

/** Frequency indexes the manual's table defines. */
export const frequencyIndexMax = 59;

/** kHz of a frequency index, null outside the table: 0–6 = 865.0 + 0.5 n MHz, 7–59 = 902.0 + 0.5 (n−7) MHz. */
export function frequencyKHzOf(index: number): number | null {
  if (!Number.isInteger(index) || index < 0 || index > frequencyIndexMax) return null;
  return index <= 6 ? 865_000 + 500 * index : 902_000 + 500 * (index - 7);
}
