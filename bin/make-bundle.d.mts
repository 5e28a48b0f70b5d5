/** Writes `folder/<entry>.js` for every entry (a path from the root of the project), with the parts that they share. */
export function makeBundle(folder: string, entries: readonly string[]): Promise<void>;
