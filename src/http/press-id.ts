/**
 * `?press=…`: identifies one press of STOP that goes through several doors at once. It is in the URL and not in a header, so that
 * a browser needs no preflight. An invalid id is ignored: a STOP is never refused for it.
 */
export function pressIdOf(given: unknown): string | null {
  return typeof given === "string" && /^[\w-]{8,64}$/.test(given) ? given : null;
}
