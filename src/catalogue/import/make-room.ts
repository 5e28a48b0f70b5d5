import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import type { ImportFiles } from "./import-files.ts";

/** Of all files of imports together; what can be made again goes first. */
export const folderBytesMaxUsual = 10 * 1024 ** 3;
const megabyte = 1024 ** 2;

/** What ended imports and checked ones keep of their rows can be made again from the files themselves. Throws imports-folder-full. */
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
