export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const untilMsMax = 120_000;
const lookEveryMs = 100;

/** Asks again until there is an answer; the error names what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  msMax = untilMsMax,
): Promise<T> {
  for (const endMs = Date.now() + msMax; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}`);
    await pause(lookEveryMs);
  }
}
