import type { Delivery } from "../../simulators/days/demo-delivery.ts";
import { pinyinInitials } from "../lookup/search-text.ts";

/** Several ways to search for the same customer, because a new visitor knows none of the demo's names. */
export type DemoExamples = string[];

/** Name, pinyin initials, customer number and barcode of the first customer with paper and a name of their own. */
export function examplesOf({ records }: Delivery): DemoExamples {
  const known = new Map<string, number>();
  for (const { name } of records) known.set(name, (known.get(name) ?? 0) + 1);
  const one = records.find(({ name, barcode }) => barcode !== null && known.get(name) === 1);
  if (!one?.barcode) return [];
  return [one.name, pinyinInitials(one.name), one.customerNo, one.barcode];
}
