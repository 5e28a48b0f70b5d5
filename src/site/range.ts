/** "3" → [3], "2-4" → [2, 3, 4], 5 → [5]; a reversed range counts down ("4-2" → [4, 3, 2]). At most 1 000 numbers. */
export function parseRange(text: string | number): number[] {
  if (typeof text === "number") return [text];
  const [from, to] = text.split("-").map(Number) as [number, number?];
  const last = to ?? from;
  const length = Math.min(Math.abs(last - from) + 1, 1000);
  return Array.from({ length }, (_, i) => (last >= from ? from + i : from - i));
}
