/**
 * Every refusal and failure a person or a system can meet: code → HTTP status and one plain sentence in both languages.
 * `{name}` in a sentence is filled from the error's parameters.
 */
export const errorTable = {
  // General
  "bad-input": { status: 400, zh: "输入有误：{detail}", en: "The input is not valid: {detail}" },
  "not-signed-in": { status: 401, zh: "请先登录。", en: "Please sign in first." },
  "not-allowed": { status: 403, zh: "您的角色无权执行此操作。", en: "Your role may not do this." },
  "not-found": { status: 404, zh: "找不到：{what}。", en: "Not found: {what}." },
  conflict: {
    status: 409,
    zh: "数据已被他人更改，请刷新后重试。",
    en: "Somebody else has changed this; refresh and try again.",
  },
  "too-many-requests": { status: 429, zh: "请求过于频繁，请稍后再试。", en: "Too many requests; try again shortly." },
  internal: {
    status: 500,
    zh: "系统内部错误，已记录（编号 {id}）。",
    en: "Something failed inside; it has been logged (number {id}).",
  },
  // Aisles: each sentence says what clears the refusal.
  "aisle-occupied": {
    status: 409,
    zh: "{aisle} 号通道内可能有人：请所有人离开通道，并在面板上按“复位”。",
    en: "Somebody may be in aisle {aisle}: everybody out, then press Reset at the panel.",
  },
  "aisle-not-confirmed": {
    status: 409,
    zh: "尚未在现场确认：请在面板上按“确认”，再重新打开 {aisle} 号通道。",
    en: "Not confirmed at the shelf: press Confirm at the panel, then open aisle {aisle} again.",
  },
  "aisle-unknown": { status: 404, zh: "本区没有 {aisle} 号通道。", en: "This area has no aisle {aisle}." },
  "aisle-too-narrow": {
    status: 409,
    zh: "目标位置会使通道窄于 {limitMm} 毫米，已拒绝。",
    en: "The target would leave an aisle narrower than {limitMm} mm.",
  },
  "area-busy": {
    status: 409,
    zh: "本区正在移动，请等待完成或先停止。",
    en: "This area is moving; wait until it is done or stop it first.",
  },
  "area-emergency-stop": {
    status: 409,
    zh: "急停已按下：请先旋出急停按钮，再在面板上按“复位”。",
    en: "Emergency stop is pressed: release the button, then press Reset at the panel.",
  },
  "area-tripped": {
    status: 409,
    zh: "安全边条或光幕已触发：请检查通道，然后在面板上按“复位”。",
    en: "A trip edge or beam fired: check the aisle, then press Reset at the panel.",
  },
  "area-inhibited": {
    status: 409,
    zh: "本区已禁止移动：请由主管解除。",
    en: "Motion is inhibited here: a supervisor must release it.",
  },
  "area-fault": {
    status: 409,
    zh: "控制器报告故障（{detail}）：请检查设备，然后在面板上按“复位”。",
    en: "The controller reports a fault ({detail}): check it, then press Reset at the panel.",
  },
  "area-stale": {
    status: 409,
    zh: "控制器状态已过期（{ageMs} 毫秒未更新）：请检查连接。",
    en: "The controller's state is stale ({ageMs} ms): check the connection.",
  },
  "area-offline": {
    status: 503,
    zh: "控制器离线：请检查电源和线路。",
    en: "The controller is offline: check power and cable.",
  },
  "area-panel-logged-out": {
    status: 409,
    zh: "面板未登录：请在面板上登录。",
    en: "The panel is logged out: log in at the panel.",
  },
  "area-needs-reset": {
    status: 409,
    zh: "停止或重启之后需要人工复位：请在面板上按“复位”。",
    en: "After a stop or a restart a deliberate reset is needed: press Reset at the panel.",
  },
  // Links and devices: what the integrator reads in the device list and in `guiwei probe`.
  "port-in-use": {
    status: 503,
    zh: "端口 {port} 已被其他程序占用：请关闭占用它的程序，或检查站点文件是否重复使用了该端口。",
    en: "Port {port} is in use by another program: close that program, or check that the site file uses the port once.",
  },
  "port-not-found": {
    status: 503,
    zh: "找不到端口 {port}：请检查 USB 线缆和设备电源。",
    en: "Port {port} is not there: check the USB cable and the device's power.",
  },
  "port-no-permission": {
    status: 503,
    zh: "没有权限打开端口 {port}：请把运行用户加入 dialout 组。",
    en: "No permission to open port {port}: add the running user to the dialout group.",
  },
  "link-refused": {
    status: 503,
    zh: "{address} 拒绝连接：请检查地址、端口号和设备电源。",
    en: "{address} refused the connection: check address, port number and the device's power.",
  },
  "link-timeout": {
    status: 503,
    zh: "{address} 在 {limitMs} 毫秒内没有接通：请检查网络。",
    en: "{address} did not connect within {limitMs} ms: check the network.",
  },
  "link-lost": {
    status: 503,
    zh: "与 {address} 的连接已断开（{detail}），正在自动重连。",
    en: "The connection to {address} was lost ({detail}); reconnecting.",
  },
  "link-congested": {
    status: 503,
    zh: "{address} 来不及接收数据：待发送的数据超过 {limitBytes} 字节。",
    en: "{address} does not take the data: more than {limitBytes} bytes are waiting.",
  },
  "bus-full": {
    status: 503,
    zh: "总线 {bus} 上排队的请求超过 {limit} 个。",
    en: "More than {limit} requests wait on bus {bus}.",
  },
  "bus-preempted": {
    status: 503,
    zh: "请求被停止命令打断。",
    en: "The request gave way to a stop.",
  },
  "device-timeout": {
    status: 503,
    zh: "设备 {device} 没有应答：请检查电源、线路和地址。",
    en: "Device {device} does not answer: check power, cable and address.",
  },
  "device-quarantined": {
    status: 503,
    zh: "设备 {device} 多次没有应答，已暂停访问，{waitMs} 毫秒后再试。",
    en: "Device {device} failed several times and is left alone; next try in {waitMs} ms.",
  },
  "device-refused": {
    status: 502,
    zh: "设备 {device} 拒绝了请求：{detail}。",
    en: "Device {device} refused the request: {detail}.",
  },
  "device-wrong-answer": {
    status: 502,
    zh: "设备 {device} 的应答无法理解：{detail}。请检查型号和地址。",
    en: "Device {device} answered something else: {detail}. Check model and address.",
  },
  "device-antenna-missing": {
    status: 503,
    zh: "读写器 {device} 的 {antenna} 号天线未接好：请检查馈线。",
    en: "Antenna {antenna} of reader {device} is not connected: check its cable.",
  },
  "device-starting": {
    status: 503,
    zh: "设备 {device} 正在初始化。",
    en: "Device {device} is being started.",
  },
  "device-profile-unknown": {
    status: 400,
    zh: "不支持的设备协议：{profile}。",
    en: "Unknown device profile: {profile}.",
  },
  "broker-offline": {
    status: 503,
    zh: "MQTT 服务器 {address} 无法连接（{detail}）。",
    en: "The MQTT broker {address} cannot be reached ({detail}).",
  },
  "broker-refused": {
    status: 503,
    zh: "MQTT 服务器 {address} 拒绝了用户名或密码。",
    en: "The MQTT broker {address} refused the user name or password.",
  },
  // Boxes and places
  "box-unknown": { status: 404, zh: "没有这个档案盒：{box}。", en: "There is no box {box}." },
  "box-barcode-taken": { status: 409, zh: "条码 {barcode} 已被使用。", en: "Barcode {barcode} is already in use." },
  "box-withdrawn": { status: 409, zh: "档案盒 {barcode} 已注销。", en: "Box {barcode} has been withdrawn." },
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
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An expected refusal: carries a code and the parameters of its sentence; never a stack trace to a person. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    super(sentence(code, "en", params));
    this.name = "Refusal";
    this.code = code;
    this.params = params;
  }
}

/** The plain sentence of a code with its parameters filled in. */
export function sentence(code: ErrorCode, language: "zh" | "en", params: Record<string, string | number> = {}): string {
  return errorTable[code][language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? "—"));
}
