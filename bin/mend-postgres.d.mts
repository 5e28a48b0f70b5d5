/** Mended text of a file of postgres.js; null for every other file. */
export function mended(path: string): string | null;
