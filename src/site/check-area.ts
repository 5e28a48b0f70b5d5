/** Checks one area: columns, widths, slots, the devices it names, and which safety rules its controller can keep. */
import type { FaultList, Path } from "./fault-list.ts";
import { occupancyInputs } from "./input-channels.ts";
import { columnsOf, nearSide } from "./layout.ts";
import { protocols } from "./protocols.ts";
import type { AreaSpec, DeviceSpec, Side } from "./schema.ts";

/** S18. */
const fingerGapMinMm = 25;
const aisleMinMm = 750;

export type Devices = ReadonlyMap<string, DeviceSpec>;

export function checkArea(spec: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  if (checkColumns(spec, path, list)) checkFaces(spec, path, list);
  checkWidths(spec, path, list);
  checkNamedDevices(spec, path, devices, list);
  checkSafetyInputs(spec, path, devices, list);
  checkTrust(spec, path, devices, list);
  warnOfNoEpoch(spec, path, devices, list);
}

/** False when the numbering itself is wrong: then faces cannot be checked. */
function checkColumns(spec: AreaSpec, path: Path, list: FaultList): boolean {
  const at = [...path, "columns"];
  const backwards = spec.columns.findIndex((entry) => entry.to !== undefined && entry.to < entry.no);
  if (backwards >= 0) {
    list.fault([...at, backwards, "to"], "the last number is below the first", "终止列号小于起始列号");
    return false;
  }
  const columns = columnsOf(spec);
  const wrong = columns.findIndex((column, i) => column.no !== i + 1);
  if (wrong >= 0) {
    const entry = spec.columns.findIndex(({ no }) => no === columns[wrong]?.no);
    list.fault(
      [...at, Math.max(0, entry)],
      `columns must be numbered 1, 2, 3 … without gap or repetition; ${wrong + 1} is expected, ${columns[wrong]?.no} found`,
      `列号必须从 1 起连续且不重复：应为 ${wrong + 1}，实为 ${columns[wrong]?.no}`,
    );
    return false;
  }
  spec.columns.forEach((entry, i) => {
    const last = entry.to ?? entry.no;
    const isEnd = entry.no === 1 || last === columns.length;
    if (entry.kind === "fixed" && (!isEnd || last > entry.no)) {
      list.fault(
        [...at, i, "kind"],
        `column ${entry.no} is fixed between others: carriages cannot pass it, so make it two areas`,
        `第 ${entry.no} 列是中间的固定列，活动列无法越过：请拆分为两个区`,
      );
    }
    if (entry.no === 1 && entry.kind !== "fixed") {
      list.fault(
        [...at, i, "kind"],
        "column 1 stands at the fixed side and must be fixed",
        "第 1 列位于固定侧，必须是固定列",
      );
    }
    if (entry.kind !== "mobile") return;
    for (const front of ["left", "right"] as const) {
      if (entry.tripEdges?.includes(front)) continue;
      list.fault(
        [...at, i],
        `the ${front} front of mobile column ${entry.no} has no trip edge or beam`,
        `第 ${entry.no} 列（活动列）${front === "left" ? "左" : "右"}侧没有安全边条或光幕`,
        "S1",
      );
    }
  });
  if (!columns.some((column) => column.kind === "mobile")) {
    list.fault(at, "nothing moves here: no column is mobile", "本区没有活动列");
  }
  return true;
}

/** Every face looks into an aisle, except the outer ones of the end columns. */
function checkFaces(spec: AreaSpec, path: Path, list: FaultList): void {
  const near = nearSide(spec);
  const far: Side = near === "A" ? "B" : "A";
  const lastNo = columnsOf(spec).length;
  spec.columns.forEach((entry, i) => {
    const at = [...path, "columns", i, "sides"];
    if (new Set(entry.sides).size < entry.sides.length) list.fault(at, "a side is named twice", "面重复");
    const outer = entry.no === 1 ? near : (entry.to ?? entry.no) === lastNo ? far : null;
    if (outer !== null && entry.sides.includes(outer)) {
      const no = entry.no === 1 ? 1 : lastNo;
      list.fault(
        at,
        `side ${outer} of column ${no} looks outward, where there is no aisle`,
        `第 ${no} 列的 ${outer} 面朝外，没有通道可达`,
      );
    }
  });
}

function checkWidths(spec: AreaSpec, path: Path, list: FaultList): void {
  const { aisleWidthMm, fingerGapMm, openAislesMax } = spec;
  if (aisleWidthMm < aisleMinMm) {
    list.fault(
      [...path, "aisleWidthMm"],
      `an aisle of ${aisleWidthMm} mm is narrower than ${aisleMinMm} mm`,
      `通道宽 ${aisleWidthMm} 毫米，小于 ${aisleMinMm} 毫米`,
      "S18",
    );
  }
  if (fingerGapMm < fingerGapMinMm) {
    list.fault(
      [...path, "fingerGapMm"],
      `a gap of ${fingerGapMm} mm is narrower than ${fingerGapMinMm} mm: fingers are caught`,
      `闭合间隙 ${fingerGapMm} 毫米，小于 ${fingerGapMinMm} 毫米，会夹手`,
      "S18",
    );
  }
  if ((openAislesMax ?? 1) > 1) {
    list.fault(
      [...path, "openAislesMax"],
      "no supported protocol tells more than one open aisle: describe it as several areas",
      "所支持的协议都只能表示一个打开的通道：请拆分为多个区",
      "S6",
    );
  }
  const slotsMm = spec.slots.reduce((sum, run) => sum + run.count * run.widthMm, 0);
  if (slotsMm > spec.layers.usableWidthMm + 1e-6) {
    list.fault(
      [...path, "slots"],
      `the slots take ${slotsMm} mm, the layer has ${spec.layers.usableWidthMm} mm`,
      `盒位总宽 ${slotsMm} 毫米，超过每层可用宽度 ${spec.layers.usableWidthMm} 毫米`,
    );
  }
  if (spec.layers.usableWidthMm > spec.bays.widthMm) {
    list.fault([...path, "layers", "usableWidthMm"], "a layer is wider than its bay", "每层可用宽度大于节宽");
  }
}

function checkNamedDevices(spec: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  const need = (at: Path, id: string, kinds: readonly DeviceSpec["kind"][]) => {
    const device = devices.get(id);
    if (!device) list.fault(at, `there is no device ${id}`, `没有名为 ${id} 的设备`);
    else if (!kinds.includes(device.kind)) {
      list.fault(
        at,
        `${id} is a ${device.kind}, not a ${kinds.join(" or ")}`,
        `${id} 是 ${device.kind}，不是 ${kinds.join("/")}`,
      );
    }
  };
  need([...path, "controller"], spec.controller, ["shelf"]);
  if (spec.lights !== undefined) need([...path, "lights"], spec.lights, ["shelf", "lights"]);
  (spec.climate ?? []).forEach((id, i) => {
    need([...path, "climate", i], id, ["climate"]);
  });
  (spec.safetyInputs ?? []).forEach(({ device }, i) => {
    if (!devices.has(device))
      list.fault([...path, "safetyInputs", i, "device"], `there is no device ${device}`, `没有名为 ${device} 的设备`);
  });
}

/** People who are not counted cannot be protected: a controller that reports none needs an input that sees them. */
function checkSafetyInputs(spec: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  const controller = devices.get(spec.controller);
  const cannotKeep = protocols[controller?.protocol ?? ""]?.cannotKeep ?? [];
  for (const rule of ["S9", "S13"] as const) {
    if (!cannotKeep.includes(rule)) continue;
    if (occupancyInputs(spec).some(({ device }) => devices.get(device)?.kind === "input")) continue;
    list.fault(
      [...path, "controller"],
      `${controller?.protocol} cannot tell who is in an aisle, and safetyInputs names no channel of an input device for it (kind: occupancy, device, input): nothing would ever start here`,
      `协议 ${controller?.protocol} 无法得知通道内是否有人，而 safetyInputs 中没有声明输入设备的人员检测通道（kind: occupancy、device、input）：本区将永远无法移动`,
      rule,
    );
  }
}

/** S15: where a second gateway stands by, only an epoch tells the controller whose command it is. */
function warnOfNoEpoch(spec: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  const protocol = devices.get(spec.controller)?.protocol ?? "";
  if (!protocols[protocol]?.cannotKeep.includes("S15")) return;
  list.warn(
    [...path, "controller"],
    `${protocol} knows no epoch: with a second gateway that stands by, it obeys a command that a held leader had already put on the line, or a serial server kept for it`,
    `协议 ${protocol} 不认识纪元：若有第二台网关待命，被挂起的主控已发到线路上、或串口服务器替它保留的命令，控制器仍会执行`,
    "S15",
  );
}

/** Warns of properties that cannot be judged because the controller never reports them. */
function checkTrust(spec: AreaSpec, path: Path, devices: Devices, list: FaultList): void {
  const protocol = devices.get(spec.controller)?.protocol ?? "";
  const cannotKeep = protocols[protocol]?.cannotKeep ?? [];
  const at = [...path, "controller"];
  const untold = [
    ...(cannotKeep.includes("S18") ? [{ en: "where the carriages stand", zh: "架体位置" }] : []),
    ...(cannotKeep.includes("S13") ? [{ en: "entries", zh: "进入计数" }] : []),
    ...(cannotKeep.includes("S3") ? [{ en: "its restarts", zh: "重新启动" }] : []),
  ];
  if (untold.length === 0) return;
  list.warn(
    at,
    `${protocol} does not tell ${untold.map(({ en }) => en).join(", ")}: whether its states are possible is not judged by that`,
    `协议 ${protocol} 不提供${untold.map(({ zh }) => zh).join("、")}：无法据此判断其状态是否可能`,
    "S10",
  );
}
