import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import type { ImportFiles } from "./import-files.ts";

/** Limit for the files of all imports together; files that can be made again are deleted first. */
export const folderBytesMaxUsual = 10 * 1024 ** 3;
const megabyte = 1024 ** 2;

/** Deletes the rows of finished and checked imports, which can be made again from the uploads. Throws imports-folder-full. */
export async function makeRoom(
  context: Context,
  files: ImportFiles,
  busy: ReadonlySet<string>,
  bytesMax: number,
): Promise<void> {
  if ((await files.bytes()) < bytesMax) return;
  const rows = await context.db.select({ id: imports.id }).from(imports).orderBy(imports.startedAtMs);
  for (const { id } of rows) if (!busy.has(id)) await files.forgetRows(id);
  if ((await files.bytes()) >= bytesMax)
    throw new Refusal("imports-folder-full", { mbMax: Math.floor(bytesMax / megabyte) });
}
