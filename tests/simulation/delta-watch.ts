/** D, the rules for delta stocktakes: no finding is doubled, lost or made up, and none of them changes a box's recorded place. */
import type { JournalRow } from "../../src/contract/journal.ts";
import type { Facts, FindingFact } from "./facts.ts";
import type { Fail } from "./motion-watch.ts";

export interface DeltaWatch {
  look(facts: Facts, rows: readonly JournalRow[]): void;
  /** Number of findings reported so far. */
  readonly told: number;
}

interface Told {
  class: string;
  barcode: string | null;
  epc: string | null;
  seenCode: string | null;
}

const isDelta = ({ kind, body }: JournalRow) => kind === "stocktake.ended" && body.kind === "delta";
const toldBy = ({ body }: JournalRow) => (body.told ?? []) as Told[];
const isAbout = (told: Told, finding: FindingFact) => told.epc === finding.epc && told.barcode === finding.barcode;

export function deltaWatch(fail: Fail): DeltaWatch {
  let before: FindingFact[] = [];
  let toldCount = 0;

  function look(facts: Facts, rows: readonly JournalRow[]): void {
    const ended = rows.filter(isDelta);
    toldCount += ended.reduce((sum, row) => sum + toldBy(row).length, 0);
    const acknowledged = new Set(
      rows.flatMap(({ kind, body }) => (kind === "finding.acknowledged" ? [String(body.findingId)] : [])),
    );
    for (const finding of facts.findings) lookAt(finding, ended, acknowledged);
    lookForLost(facts, ended);
    for (const row of ended) lookForDoubled(facts, row, ended);
    for (const { kind, actor, revision } of rows)
      if (kind.startsWith("box.") && actor === "gateway")
        fail("D", `row ${revision}: the gateway moved a box (${kind})`);
    before = facts.findings;
  }

  /** A new finding must be in the journal; only a person changes an old one. */
  function lookAt(finding: FindingFact, ended: readonly JournalRow[], acknowledged: ReadonlySet<string>): void {
    const known = before.find((one) => one.id === finding.id);
    if (!known) {
      const teller = ended.find(({ body }) => body.stocktakeId === finding.stocktakeId);
      const isTold = teller && toldBy(teller).some((told) => told.class === finding.class && isAbout(told, finding));
      if (!isTold) fail("D", `finding ${JSON.stringify(finding)} was told by no count`);
      return;
    }
    const { acknowledgedAtMs: _, ...now } = finding;
    const { acknowledgedAtMs, ...then } = known;
    if (JSON.stringify(now) !== JSON.stringify(then)) fail("D", `finding ${finding.id} changed without a new count`);
    if (finding.acknowledgedAtMs !== acknowledgedAtMs && !acknowledged.has(finding.id))
      fail("D", `finding ${finding.id} was acknowledged by nobody`);
  }

  /** A finding that is gone must have been settled by a stocktake; findings of the newest stocktake must exist. */
  function lookForLost(facts: Facts, ended: readonly JournalRow[]): void {
    const gone = before.filter((one) => !facts.findings.some(({ subject }) => subject === one.subject));
    // A finding whose box was scanned since is dropped by the next stocktake of it, and does not count as settled.
    const isScanned = ({ boxId, foundAtMs }: FindingFact) =>
      facts.boxes.some(({ id, sinceMs }) => id === boxId && sinceMs > foundAtMs);
    const settled = ended.reduce((sum, { body }) => sum + Number(body.settled ?? 0), 0);
    if (gone.length > 0 && ended.length === 0) fail("D", `finding ${gone[0]?.id} is gone, and no count was there`);
    const unexplained = gone.filter((one) => !isScanned(one)).length;
    if (unexplained > settled) fail("D", `${unexplained} findings are gone, ${settled} were settled`);
    const newest = ended.at(-1);
    for (const told of newest ? toldBy(newest) : [])
      if (!facts.findings.some((one) => isAbout(told, one) && one.stocktakeId === newest?.body.stocktakeId))
        fail("D", `${told.class} ${told.barcode ?? told.epc} was told by the newest count and is not kept`);
  }

  /** The same difference was reported twice, with neither a scan of its box nor another stocktake in between. */
  function lookForDoubled(facts: Facts, row: JournalRow, ended: readonly JournalRow[]): void {
    if (ended.length > 1) return;
    for (const told of toldBy(row)) {
      const known = before.find((one) => isAbout(told, one));
      if (!known || known.class !== told.class || known.seenCode !== told.seenCode) continue;
      const box = facts.boxes.find(({ id }) => id === known.boxId);
      if (box && box.sinceMs > known.foundAtMs) continue;
      fail("D", `${told.class} ${told.barcode ?? told.epc} was told twice`);
    }
  }

  return {
    look,
    get told() {
      return toldCount;
    },
  };
}
