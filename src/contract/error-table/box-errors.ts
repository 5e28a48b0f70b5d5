/** Boxes, stocktakes, relocations. Each code has an HTTP status and a sentence in both languages. */
export const boxErrors = {
  // Boxes and places
  "box-unknown": { status: 404, zh: "没有这个档案盒：{box}。", en: "There is no box {box}." },
  "box-barcode-taken": { status: 409, zh: "条码 {barcode} 已被使用。", en: "Barcode {barcode} is already in use." },
  "box-withdrawn": { status: 409, zh: "档案盒 {barcode} 已注销。", en: "Box {barcode} has been withdrawn." },
  "box-holds-records": {
    status: 409,
    zh: "档案盒 {barcode} 内还有 {count} 份档案：请先移出，再注销。",
    en: "Box {barcode} still holds {count} records: move them out first, then withdraw it.",
  },
  "box-in-transit": {
    status: 409,
    zh: "档案盒 {barcode} 正在移位途中：请先放到架位上。",
    en: "Box {barcode} is in transit: put it into a slot first.",
  },
  "home-taken": {
    status: 409,
    zh: "架位 {locationCode} 已是档案盒 {barcode} 的固定位。",
    en: "Location {locationCode} is the home slot of box {barcode}.",
  },
  "box-too-thick": {
    status: 409,
    zh: "档案盒厚 {thicknessMm} 毫米，放不进 {locationCode}（宽 {widthMm} 毫米）。",
    en: "The box is {thicknessMm} mm thick and does not fit into {locationCode} ({widthMm} mm).",
  },
  "box-not-in-slot": {
    status: 409,
    zh: "档案盒 {barcode} 当前不在架上（{place}）。",
    en: "Box {barcode} is not in a slot now ({place}).",
  },
  "box-on-loan": { status: 409, zh: "档案盒 {barcode} 已由 {holder} 取走。", en: "Box {barcode} is with {holder}." },
  "box-not-on-loan": { status: 409, zh: "档案盒 {barcode} 没有借出。", en: "Box {barcode} is not on loan." },
  "box-has-no-home": {
    status: 409,
    zh: "档案盒 {barcode} 没有固定位，请指定架位。",
    en: "Box {barcode} has no home slot; name a location.",
  },
  "slot-unknown": { status: 404, zh: "没有这个架位编码：{locationCode}。", en: "There is no location {locationCode}." },
  "slot-taken": {
    status: 409,
    zh: "架位 {locationCode} 已有档案盒 {barcode}。",
    en: "Location {locationCode} holds box {barcode}.",
  },
  "slot-reserved": {
    status: 409,
    zh: "架位 {locationCode} 已为档案盒 {barcode} 预留。",
    en: "Location {locationCode} is reserved for box {barcode}.",
  },
  "slot-scan-differs": {
    status: 409,
    zh: "扫描的架位 {scanned} 与目标 {locationCode} 不符。",
    en: "The scanned location {scanned} is not the target {locationCode}.",
  },
  "tag-taken": { status: 409, zh: "标签 {epc} 已绑定到档案盒 {barcode}。", en: "Tag {epc} is bound to box {barcode}." },
  "person-unknown": { status: 404, zh: "没有此人员。", en: "There is no such person." },
  // Stocktakes
  "stocktake-empty": {
    status: 400,
    zh: "所选范围内没有任何一层，无法盘点。",
    en: "The scope holds no layer; there is nothing to take stock of.",
  },
  "stocktake-open": {
    status: 409,
    zh: "本库房已有一次未结束的盘点：请先完成或取消。",
    en: "A stocktake of this room is still open: finish or cancel it first.",
  },
  "stocktake-not-possible": {
    status: 409,
    zh: "盘点当前状态不允许此操作，请刷新。",
    en: "The stocktake's state does not allow this; refresh.",
  },
  // Relocations
  "relocation-empty": { status: 400, zh: "没有可移位的档案盒：{detail}", en: "No box can be moved: {detail}" },
  "relocation-not-possible": {
    status: 409,
    zh: "移位任务当前状态不允许此操作，请刷新。",
    en: "The relocation's state does not allow this; refresh.",
  },
  "relocation-box-in-hand": {
    status: 409,
    zh: "档案盒 {barcode} 仍在推车上：请先上架或放回原位。",
    en: "Box {barcode} is still on the cart: put it away or back first.",
  },
  "relocation-box-elsewhere": {
    status: 409,
    zh: "档案盒 {barcode} 已不在 {locationCode}：请跳过此项。",
    en: "Box {barcode} no longer stands in {locationCode}: skip this move.",
  },
  "relocation-no-slot": {
    status: 409,
    zh: "目标区域没有宽度合适的空位。",
    en: "The target has no free slot that is wide enough.",
  },
  "relocation-in-plan": {
    status: 409,
    zh: "档案盒已在另一个移位任务中。",
    en: "The box is in another open relocation.",
  },
  "relocation-not-in-slot": { status: 409, zh: "档案盒当前不在架上。", en: "The box is not in a slot now." },
  "relocation-already-there": { status: 409, zh: "档案盒已在目标区域。", en: "The box already stands in the target." },
  "move-not-verified": {
    status: 409,
    zh: "未能核实：请扫描盒条码{what}，或等待天线读到标签。",
    en: "Not verified: scan the box{what}, or wait until the antenna hears its tag.",
  },
  "move-wrong-box": {
    status: 409,
    zh: "扫描的是 {scanned}，应为 {barcode}。",
    en: "Scanned {scanned}; the box to move is {barcode}.",
  },
} as const;
