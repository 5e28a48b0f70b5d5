/** What people do all day, one act after another: small changes, each with its journal row. */

import { importedSlots } from "./hold-context.ts";
import { askGateway, call, type Load, type LoadRow } from "./hold-gateway.ts";

const boxesAtOnce = 10;
const newBoxes = 100;
const lentBoxes = 20;

/** A hash of a password takes what a hash takes. */
async function signIns(load: Load): Promise<string> {
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const body = { login: `nobody${i}`, password: "not this one" };
    statuses.push((await askGateway(load, "POST", "/api/v1/session", body)).status);
  }
  return `answered ${statuses.join(" ")}`;
}

async function createBoxes(load: Load): Promise<string> {
  for (let at = 0; at < newBoxes; at += boxesAtOnce)
    await Promise.all(
      Array.from({ length: boxesAtOnce }, (_, i) =>
        call(load, "POST", "/api/v1/boxes", { barcode: `GY-${at + i}`, thicknessMm: 30 }),
      ),
    );
  return `${newBoxes} boxes, ten at once`;
}

async function people(load: Load): Promise<string> {
  const roles = ["archivist"];
  const person = { login: "bench", name: "张三", roles, language: "zh", password: "only for benches 1" };
  const { id } = await call<{ id: string }>(load, "POST", "/api/v1/people", person);
  load.ids.set("people", id);
  const made = await call<{ id: string }>(load, "POST", "/api/v1/tokens", { name: "of the bench", roles });
  await askGateway(load, "DELETE", `/api/v1/tokens/${made.id}`);
  return "a person, a token made and revoked";
}

async function lend(load: Load): Promise<string> {
  const holderId = load.ids.get("people");
  const slots = load.layout.areas.flatMap((area) => area.slots);
  const codeAt = (at: number) => slots.at(at)?.locationCode ?? "";
  for (let i = 0; i < lentBoxes; i++) {
    const made = await call<{ id: string }>(load, "POST", "/api/v1/boxes", { barcode: `GZ-${i}`, thicknessMm: 30 });
    const box = `/api/v1/boxes/${made.id}`;
    // From the end of the free slots; an import took the very last.
    const locationCode = codeAt(-1 - importedSlots - i);
    await call(load, "POST", `${box}/place`, { locationCode, reason: "bench" });
    await call(load, "PUT", `${box}/home`, { locationCode, reason: "bench" });
    await call(load, "PUT", `${box}/tag`, { epc: `E280117000000400${String(i).padStart(8, "0")}` });
    await call(load, "POST", `${box}/take`, { holderId, reason: "bench" });
    await call(load, "POST", `${box}/return`, { locationCode });
    await call(load, "POST", `${box}/withdraw`, { reason: "bench" });
  }
  return `${lentBoxes} boxes made, placed, tagged, taken, returned, withdrawn`;
}

async function decide(load: Load): Promise<string> {
  const lines = `/api/v1/stocktakes/${load.context.stocktakeId}/lines`;
  for (let no = 1; no <= lentBoxes; no++) await call(load, "POST", `${lines}/${no}/decision`, { decision: "done" });
  await call(load, "POST", "/api/v1/areas/r1.1/aisles/3/delta");
  return `${lentBoxes} lines decided, an aisle to be read again`;
}

/** Of an area where nothing moves; everybody's but STOP's. */
async function hold(load: Load): Promise<string> {
  const area = "/api/v1/areas/r1.2";
  const verbs = ["inhibit", "release", "pause", "close", "ventilate", "stop"];
  const statuses: number[] = [];
  for (const verb of verbs) statuses.push((await askGateway(load, "POST", `${area}/${verb}`, {})).status);
  return verbs.map((verb, i) => `${verb} ${statuses[i]}`).join(", ");
}

export const actRows: readonly LoadRow[] = [
  { name: "sign-ins of strangers", run: signIns },
  { name: "new boxes", run: createBoxes },
  { name: "people and tokens", run: people },
  { name: "lending and returning", run: lend },
  { name: "decisions on a count", run: decide },
  { name: "what another area is told", run: hold },
];
