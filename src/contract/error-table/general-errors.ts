/** Whatever any part of the house may say. Code → HTTP status and a sentence in both languages. */
export const generalErrors = {
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
  "fault-uncaught": {
    status: 500,
    zh: "程序出错（{detail}）：已停止所有移动，正在依次关闭。请把这段记录交给维护人员。",
    en: "The program failed ({detail}): all motion was stopped, and it is closing in order. Give this log to whoever maintains it.",
  },
  "fault-close-late": {
    status: 500,
    zh: "{detail} 内没有关闭完，直接结束。",
    en: "Closing took longer than {detail}: it ends at once.",
  },
} as const;
