import type { Measure } from "./measure.ts";

/** Aligned columns, then the goals that were not met. */
export function printTable(machine: Readonly<Record<string, unknown>>, measures: readonly Measure[]): void {
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(" · "),
  );
  const header = ["measure", "value", "unit", "ratio", "to", "goal", "", "note"];
  const rows = measures.map(cellsOf);
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => wide(row[i] ?? ""))));
  for (const row of [header, ...rows]) {
    console.log(
      row.map((cell, i) => (i === header.length - 1 ? cell : pad(cell, widths[i] ?? 0, i === 1 || i === 3))).join("  "),
    );
  }
  const missed = measures.filter(({ isMet }) => isMet === false);
  console.log(missed.length === 0 ? "\nEvery goal with a figure is met." : `\n${missed.length} goals not met:`);
  for (const { name, value, unit, ratio, goal } of missed)
    console.log(
      `  ${name}: ${goal?.startsWith("ratio") ? `ratio ${figure(ratio ?? 0)}` : `${figure(value ?? 0)} ${unit}`}, goal ${goal}`,
    );
}

/** A measure while others are still to come. */
export function inOneLine(measure: Measure): string {
  return cellsOf(measure)
    .filter((cell) => cell !== "")
    .join("  ");
}

function cellsOf(measure: Measure): string[] {
  return [
    measure.name,
    measure.value === null ? "—" : figure(measure.value),
    measure.unit,
    measure.ratio === undefined ? "" : figure(measure.ratio),
    measure.ratioTo ?? "",
    measure.goal ?? "",
    measure.isMet === null ? "" : measure.isMet ? "met" : "NOT met",
    measure.note ?? "",
  ];
}

function figure(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en").replaceAll(",", " ");
  return value.toPrecision(3);
}

/** Chinese characters take two columns. */
function wide(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[⺀-￦]/u.test(character) ? 2 : 1), 0);
}

function pad(text: string, width: number, isRight: boolean): string {
  const space = " ".repeat(Math.max(0, width - wide(text)));
  return isRight ? space + text : text + space;
}
