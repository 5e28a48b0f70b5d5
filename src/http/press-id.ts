/**
 * `?press=…`: names one press of STOP that goes through several doors at once. In the address and not in a header, so that a
 * browser asks no leave first. One that is no id is none: a STOP is never refused for it.
 */
export function pressIdOf(given: unknown): string | null {
  return typeof given === "string" && /^[\w-]{8,64}$/.test(given) ? given : null;
}
