/** One figure of a run. Ratios are the point: absolute figures move with the machine. */
export interface Measure {
  name: string;
  /** Null when it was skipped. */
  value: number | null;
  unit: string;
  /** What it is compared with, run in turn with it. */
  ratioTo?: string;
  ratio?: number;
  /** "ratio >= 0.5", "value <= 20". */
  goal?: string;
  /** Null without a goal, and when skipped. */
  isMet: boolean | null;
  /** Why there is no value, or what a reader must know. */
  note?: string;
  /** Without its goal met the run ends with an exit code of 1. */
  failsRun?: boolean;
}

export interface BenchOptions {
  /** Small sizes: shows that everything runs, proves nothing. */
  isQuick: boolean;
  /** The longest sizes of the growth measure. */
  isFull: boolean;
  /** Boxes of the lookup measure. */
  boxes: number;
  /** Rows of the long import. */
  rows: number;
  /** It is run as well, not checked alone. */
  runsRows: boolean;
  /** Lines for whoever waits. */
  say(line: string): void;
}

export type Goal = { of: "value" | "ratio"; atLeast?: number; atMost?: number };

export interface Judged extends Omit<Measure, "goal" | "isMet"> {
  goal?: Goal;
}

export function measured({ goal, ...measure }: Judged): Measure {
  if (!goal) return { ...measure, isMet: null };
  const figure = goal.of === "value" ? measure.value : (measure.ratio ?? null);
  const isMet =
    figure === null
      ? null
      : figure >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) && figure <= (goal.atMost ?? Number.POSITIVE_INFINITY);
  const bound = goal.atLeast === undefined ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
  return { ...measure, goal: `${goal.of} ${bound}`, isMet };
}

export function skipped(name: string, note: string): Measure {
  return { name, value: null, unit: "", isMet: null, note: `skipped: ${note}` };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Subject and peer in turn, A B A B …: what the machine does meanwhile hits both. Returns each one's figures. */
export async function inTurn<Name extends string>(
  rounds: number,
  runs: Record<Name, () => Promise<number> | number>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(runs) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    // The order alternates, so that neither always runs on what the other left behind.
    for (const name of round % 2 === 0 ? names : [...names].reverse()) figures[name].push(await runs[name]());
  }
  return figures;
}

/** Median of the ratios of neighbouring rounds: steadier than the ratio of medians on a busy machine. */
export function ratioOf(subject: readonly number[], peer: readonly number[]): number {
  return median(subject.map((value, i) => value / (peer[i] ?? Number.NaN)));
}

/** Rejects when `work` takes longer: no measure may hang a run. */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
