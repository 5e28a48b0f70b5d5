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
