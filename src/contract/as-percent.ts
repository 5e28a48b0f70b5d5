/** A probability as text: "99.87%". It is never rounded to certainty: ">99.99%", "<0.01%". */
export function asPercent(share: number): string {
  if (share > 0.9999) return ">99.99%";
  if (share < 0.0001) return "<0.01%";
  return `${Math.round(share * 10_000) / 100}%`;
}
