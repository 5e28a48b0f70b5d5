/** 架位编码 (location codes) must name one slot each, and a person and a scanner must be able to read them back. */
import type { FaultList } from "./fault-list.ts";
import { layoutOf } from "./layout.ts";
import type { CodePart, Site } from "./schema.ts";

const path = ["locationCode"] as const;

export function checkLocationCodes(site: Site, list: FaultList): void {
  const { order } = site.locationCode;
  const needed: CodePart[] = ["column", "side", "bay", "layer", "slot"];
  if (site.rooms.length > 1) needed.push("room");
  if (site.rooms.some((room) => room.areas.length > 1)) needed.push("area");
  const missing = needed.filter((part) => !order.includes(part));
  if (missing.length > 0 || new Set(order).size < order.length) {
    list.fault(
      [...path, "order"],
      `the code needs each part once; missing: ${missing.join(", ") || "none, but one is repeated"}`,
      `编码的每一部分须出现且仅出现一次；缺少：${missing.join("、") || "无，但有重复"}`,
    );
    return;
  }
  checkDigits(site, list);
  checkSeparators(site, list);
  const { areas, slotById, slotByCode } = layoutOf(site);
  if (slotByCode.size === slotById.size) return;
  const seen = new Set<string>();
  for (const area of areas) {
    for (const slot of area.slots) {
      if (seen.has(slot.locationCode)) {
        list.fault(path, `two slots have the code ${slot.locationCode}`, `两个盒位的编码相同：${slot.locationCode}`);
        return;
      }
      seen.add(slot.locationCode);
    }
  }
}

function checkDigits(site: Site, list: FaultList): void {
  const most = { column: 0, bay: 0, layer: 0, slot: 0 };
  for (const { areas } of site.rooms) {
    for (const spec of areas) {
      most.column = Math.max(most.column, ...spec.columns.map((column) => column.to ?? column.no));
      most.bay = Math.max(most.bay, spec.bays.count);
      most.layer = Math.max(most.layer, spec.layers.count);
      most.slot = Math.max(
        most.slot,
        spec.slots.reduce((sum, run) => sum + run.count, 0),
      );
    }
  }
  for (const part of ["column", "bay", "layer", "slot"] as const) {
    const digits = site.locationCode.digits[part];
    if (String(most[part]).length <= digits) continue;
    list.fault(
      [...path, "digits", part],
      `${part} goes up to ${most[part]}, which does not fit ${digits} digits`,
      `${part} 最大为 ${most[part]}，超过 ${digits} 位`,
    );
  }
}

function checkSeparators(site: Site, list: FaultList): void {
  const { order, separators, sideNames } = site.locationCode;
  if (Array.isArray(separators) && separators.length !== order.length - 1) {
    list.fault(
      [...path, "separators"],
      `${order.length} parts need ${order.length - 1} separators, ${separators.length} are given`,
      `${order.length} 个部分需要 ${order.length - 1} 个分隔符，实有 ${separators.length} 个`,
    );
    return;
  }
  const { A, B } = sideNames;
  if (A.startsWith(B) || B.startsWith(A)) {
    list.fault(
      [...path, "sideNames"],
      "the names of the sides cannot be told apart",
      "两面的名称无法区分（一个是另一个的开头）",
    );
  }
  // Numbers have a fixed width; ids of rooms and areas do not, so a separator must end them.
  order.forEach((part, i) => {
    if (part !== "room" && part !== "area") return;
    const ids =
      part === "room" ? site.rooms.map((room) => room.id) : site.rooms.flatMap((room) => room.areas.map((a) => a.id));
    if (new Set(ids.map((id) => id.length)).size <= 1 || i === order.length - 1) return;
    const separator = typeof separators === "string" ? separators : (separators[i] ?? "");
    if (separator !== "" && !ids.some((id) => id.includes(separator))) return;
    list.fault(
      [...path, "separators"],
      `where the ${part} ends cannot be seen: its ids differ in length and the separator "${separator}" does not end them`,
      `无法看出 ${part} 在何处结束：编号长度不一，分隔符“${separator}”不足以区分`,
    );
  });
}
