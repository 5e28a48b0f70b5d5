/**
 * The demo's boxes and customer records, from a seed: which tag is on which box in which slot, and its catalogue entry. The
 * gateway imports all of it as a table; the twin gets only `standing(delivery)`: tags, thicknesses and slots.
 */
import type { Chance } from "../../src/clock/chance.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { Area, Layout, Slot } from "../../src/site/layout.ts";
import { companyCreditCode } from "./credit-code.ts";
import { organisationName, personName } from "./customer-names.ts";

export interface DeliveredBox {
  /** "GW-000001" */
  barcode: string;
  /** Upper-case hex, a GRAI-96. */
  epc: string;
  thicknessMm: number;
  slotId: string;
  locationCode: string;
}

export interface DeliveredRecord {
  recordNo: string;
  /** 户号, ten digits. */
  customerNo: string;
  /** 户名 */
  name: string;
  /** 统一社会信用代码; null for private persons. */
  legalEntityCode: string | null;
  businessType: string;
  /** 供电所 */
  supplyOffice: string;
  /** 线路 */
  line: string;
  state: "active" | "closed";
  /** 密级 */
  secrecyLevel: "public" | "internal" | "secret";
  /** null: the record has no paper (全程电子化). */
  barcode: string | null;
}

export interface Delivery {
  boxes: DeliveredBox[];
  records: DeliveredRecord[];
}

/** All that the twin may know of a box. */
export interface StandingBox {
  epc: string;
  thicknessMm: number;
  slotId: string;
}

export interface DeliveryOptions {
  boxesMax?: number;
  recordsMax?: number;
  /** Closed accounts that still stand among the active ones. */
  closedAmongActive?: number;
}

const fillMax = 0.8;
const offices = ["东山", "板桥", "汤山", "禄口", "秣陵", "湖熟"].map((name) => `${name}供电所`);
const roads = ["宏运", "天元", "双龙", "诚信", "胜太", "将军", "佛城", "清水", "竹山", "金箔", "上坊", "牛首"];
const businessTypes = [
  "高压新装",
  "低压新装",
  "增容",
  "减容",
  "过户",
  "更名",
  "分布式光伏并网",
  "充电桩报装",
  "临时用电",
];
const districts = ["320102", "320104", "320105", "320106", "320111", "320113", "320114", "320115"];

interface Customer {
  customerNo: string;
  name: string;
  legalEntityCode: string | null;
  supplyOffice: string;
  line: string;
  state: "active" | "closed";
}

export function demoDelivery(layout: Layout, seed: string | number, options: DeliveryOptions = {}): Delivery {
  const chance = seededChance(`delivery/${seed}`);
  const boxesMax = options.boxesMax ?? 5000;
  const slotsAll = layout.areas.reduce((sum, area) => sum + area.slots.length, 0);
  const customers = customersOf(chance);
  const boxes: DeliveredBox[] = [];
  const boxed: { customer: Customer; barcode: string }[] = [];
  for (const area of layout.areas) {
    const share = Math.floor((boxesMax * area.slots.length) / slotsAll);
    const count = Math.min(share, Math.floor(area.slots.length * fillMax));
    const state = area.spec.purpose;
    const strays = state === "active" ? Math.min(options.closedAmongActive ?? 80, count) : 0;
    const owners = customers.take(count, state, strays);
    filledSlots(area, count, chance).forEach((slot, i) => {
      const barcode = `GW-${String(boxes.length + 1).padStart(6, "0")}`;
      const thicknessMm = slot.widthMm < 40 ? 30 : slot.widthMm < 50 || chance.next() < 0.6 ? 40 : 50;
      boxes.push({
        barcode,
        epc: graiOf(thicknessMm, boxes.length + 1),
        thicknessMm,
        slotId: slot.id,
        locationCode: slot.locationCode,
      });
      boxed.push({ customer: owners[i] as Customer, barcode });
    });
  }
  // A smaller room has fewer customers: thousands of records of a few hundred would leave nobody a name of their own.
  const recordsMax = options.recordsMax ?? Math.floor(boxes.length * 1.2);
  return { boxes, records: recordsOf(chance, boxed, recordsMax, customers) };
}

export function standing(delivery: Delivery): StandingBox[] {
  return delivery.boxes.map(({ epc, thicknessMm, slotId }) => ({ epc, thicknessMm, slotId }));
}

/** `count` slots in walking order, spread evenly over the layers so that every layer keeps room. */
function filledSlots(area: Area, count: number, chance: Chance): Slot[] {
  const byLayer = new Map<string, Slot[]>();
  for (const slot of area.slots) byLayer.set(slot.layerId, [...(byLayer.get(slot.layerId) ?? []), slot]);
  const chosen: Slot[] = [];
  let done = 0;
  const layers = [...byLayer.values()];
  layers.forEach((slots, i) => {
    const here = Math.floor((count * (i + 1)) / layers.length) - done;
    done += here;
    const empty = new Set<Slot>();
    while (empty.size < slots.length - here) empty.add(chance.pick(slots));
    chosen.push(...slots.filter((slot) => !empty.has(slot)));
  });
  return chosen;
}

/** GRAI-96: header 33, filter 0, partition 5, company prefix 6901234, asset type by thickness, 38-bit serial. */
export function graiOf(thicknessMm: number, serial: number): string {
  const assetType = BigInt(10_000 + thicknessMm);
  const head = (((0x33n << 3n) | 0n) << 3n) | 5n;
  const value = (((((head << 24n) | 6_901_234n) << 20n) | assetType) << 38n) | BigInt(serial);
  return value.toString(16).toUpperCase().padStart(24, "0");
}

/**
 * Customers in the order in which a good archivist shelves them: supply office, line, and one legal entity's accounts together.
 */
function customersOf(chance: Chance) {
  const numbers = new Set<string>();
  const names = new Set<string>();
  const organisations = new Set<string>();

  function customerNo(): string {
    for (;;) {
      const no = `3200${String(chance.below(1_000_000)).padStart(6, "0")}`;
      if (numbers.has(no)) continue;
      numbers.add(no);
      return no;
    }
  }

  function legalEntity(): { name: string; legalEntityCode: string } {
    for (;;) {
      const organisation = String(chance.below(100_000_000)).padStart(8, "0");
      const base = organisationName(chance);
      const name = names.has(base) ? base.replace("南京", `南京${chance.pick(roads)}`) : base;
      if (organisations.has(organisation) || names.has(name)) continue;
      organisations.add(organisation);
      names.add(name);
      return { name, legalEntityCode: companyCreditCode(chance.pick(districts), organisation) };
    }
  }

  return {
    take(count: number, state: "active" | "closed", strays = 0): Customer[] {
      const owners: Customer[] = [];
      for (let o = 0; o < offices.length; o++) {
        const perOffice = Math.floor((count * (o + 1)) / offices.length);
        const lines = roads.slice(o * 2, o * 2 + 2).flatMap((road) => [1, 2].map((n) => `10kV${road}${n}号线`));
        const from = owners.length;
        while (owners.length < perOffice) {
          const line = lines[Math.floor(((owners.length - from) * lines.length) / (perOffice - from))] as string;
          const place = { supplyOffice: offices[o] as string, line, state };
          if (chance.next() < 0.55) {
            owners.push({ customerNo: customerNo(), name: personName(chance), legalEntityCode: null, ...place });
            continue;
          }
          const entity = legalEntity();
          const accounts = chance.next() < 0.15 ? 2 + chance.below(4) : 1;
          for (let i = 0; i < accounts && owners.length < perOffice; i++)
            owners.push({ customerNo: customerNo(), ...entity, ...place });
        }
      }
      const closed = new Set<number>();
      while (closed.size < strays) closed.add(chance.below(count));
      return owners.map((owner, i) => (closed.has(i) ? { ...owner, state: "closed" } : owner));
    },
  };
}

function recordsOf(
  chance: Chance,
  boxed: { customer: Customer; barcode: string }[],
  recordsMax: number,
  customers: ReturnType<typeof customersOf>,
): DeliveredRecord[] {
  const records: DeliveredRecord[] = [];
  const add = (customer: Customer, barcode: string | null) => {
    const secret = chance.next();
    records.push({
      recordNo: `DA-${String(records.length + 1).padStart(6, "0")}`,
      ...customer,
      businessType: chance.pick(businessTypes),
      secrecyLevel: secret < 0.9 ? "public" : secret < 0.99 ? "internal" : "secret",
      barcode,
    });
  };
  const extra = Math.max(0, recordsMax - boxed.length);
  const withoutPaper = Math.floor(extra * 0.36);
  // One customer, one box: a second case of the same customer lies in the same box.
  const seconds = new Set<number>();
  while (seconds.size < Math.min(extra - withoutPaper, boxed.length)) seconds.add(chance.below(boxed.length));
  boxed.forEach(({ customer, barcode }, i) => {
    add(customer, barcode);
    if (seconds.has(i)) add(customer, barcode);
  });
  for (const customer of customers.take(withoutPaper, "active")) add(customer, null);
  return records;
}
