import { emptyTables, type RawTables, writeBit, writeNumber, writeWord } from "./cells.ts";
import { addressOf, type RegisterMap, type ShelfShape } from "./register-map.ts";
import {
  type AlarmName,
  interlockNames,
  refusalReasonNames,
  type WireActivity,
  type WireStatus,
} from "./wire-status.ts";

const moving: ReadonlySet<WireActivity> = new Set(["opening", "closing", "ventilating"]);

/** For the controller's side: every address of the picture with its raw value. Fields that the map lacks are left out. */
export function encodeStatus(
  registerMap: RegisterMap,
  shape: ShelfShape,
  picture: WireStatus,
  alarms: readonly AlarmName[] = [],
): RawTables {
  const raw = emptyTables();
  const { status } = registerMap;
  for (const cell of registerMap.identity) raw[cell.table].set(cell.at, cell.equals);
  for (const cell of registerMap.spare) {
    for (let n = 1; n <= shape.columns.length; n++) raw[cell.table].set(addressOf(cell, n), 0);
  }
  if (status.bootId) writeNumber(raw, status.bootId, picture.bootId);
  if (status.columnCount) writeNumber(raw, status.columnCount, shape.columns.length);
  if ("words" in status.activity) writeWord(raw, status.activity.words, picture.activity);
  else writeBit(raw, status.activity.running, moving.has(picture.activity));
  if ("number" in status.openAisle) writeNumber(raw, status.openAisle.number, picture.openAisle);
  else for (let k = 1; k <= shape.aisles; k++) writeBit(raw, status.openAisle.finished, picture.openAisle === k, k);
  for (const name of interlockNames) {
    const cell = status.interlocks[name];
    if (cell) writeBit(raw, cell, picture.interlocks[name]);
  }
  for (const [name, cell] of Object.entries(status.alarms)) writeBit(raw, cell, alarms.includes(name as AlarmName));
  shape.columns.forEach((number, i) => {
    const column = picture.columns.find((candidate) => candidate.column === number);
    const { positionMm, motion, fault } = status.column;
    if (positionMm) writeNumber(raw, positionMm, column?.positionMm ?? null, i + 1);
    if (fault) writeBit(raw, fault, column?.fault ?? true, i + 1);
    if ("words" in motion) writeWord(raw, motion.words, column?.motion ?? "still", i + 1);
    else {
      writeBit(raw, motion.left, column?.motion === "left", i + 1);
      writeBit(raw, motion.right, column?.motion === "right", i + 1);
    }
  });
  writeRest(registerMap, picture, raw);
  return raw;
}

function writeRest({ status }: RegisterMap, picture: WireStatus, raw: RawTables): void {
  if (status.occupancy) {
    writeNumber(raw, status.occupancy.people, picture.occupancy.people);
    writeNumber(raw, status.occupancy.entrySeq, picture.occupancy.entrySeq);
    writeNumber(raw, status.occupancy.confirmedEntrySeq, picture.occupancy.confirmedEntrySeq);
  }
  if (status.lastCommand) {
    const { lastCommand } = picture;
    writeNumber(raw, status.lastCommand.wireId, lastCommand?.wireId ?? 0);
    writeWord(raw, status.lastCommand.result, lastCommand?.result ?? "none");
    writeNumber(raw, status.lastCommand.reason, lastCommand?.reason ? reasonNumber(lastCommand.reason) : 0);
  }
  if (status.light) {
    const { light } = picture;
    writeNumber(raw, status.light.column, light?.column ?? 0);
    writeNumber(raw, status.light.side, light ? (light.side === "A" ? 1 : 2) : 0);
    writeNumber(raw, status.light.bay, light?.bay ?? 0);
    writeNumber(raw, status.light.layer, light?.layer ?? 0);
    writeNumber(raw, status.light.slot, light?.slot ?? 0);
  }
  if (status.temperatureC) writeNumber(raw, status.temperatureC, picture.temperatureC);
  if (status.humidityPct) writeNumber(raw, status.humidityPct, picture.humidityPct);
}

function reasonNumber(reason: (typeof refusalReasonNames)[number]): number {
  return refusalReasonNames.indexOf(reason) + 1;
}
