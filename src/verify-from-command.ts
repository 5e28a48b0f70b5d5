/** `guiwei journal verify` */
import { verifyJournal } from "./journal/verify.ts";
import type { Db } from "./storage/db.ts";

/** Resolves with whether every row is as it was written. */
export async function verifyFromCommand(db: Db, say: (line: string) => void): Promise<boolean> {
  const { rows, faults } = await verifyJournal(db);
  for (const fault of faults) say(`${fault.chain} #${fault.revision}: ${fault.what}`);
  say(`${rows} 行 / rows, ${faults.length} 处异常 / faults`);
  return faults.length === 0;
}
