/** Why the twin did not carry out a command, as text for a person. */
export interface ControlRefusal {
  code: string;
  zh: string;
  en: string;
}

const sentences: Record<string, [zh: string, en: string]> = {
  "unknown-command": ["没有这个命令：{what}", "No such command: {what}"],
  "bad-argument": ["参数 {name} 无效：{what}", "Argument {name} is not valid: {what}"],
  "missing-argument": ["缺少参数 {name}", "Argument {name} is missing"],
  "no-such-box": ["没有标签为 {what} 的档案盒", "No box carries tag {what}"],
  "no-such-slot": ["没有盒位 {what}", "No such slot: {what}"],
  "slot-taken": ["该盒位已有档案盒", "Another box stands in that slot"],
  "slot-empty": ["该盒位没有第 {what} 个档案盒", "No box number {what} there"],
  "too-thick": ["档案盒太厚，放不进该盒位", "The box is too thick for that slot"],
  "not-standing": ["档案盒不在架上", "The box does not stand in a slot"],
  "not-in-hands": ["档案盒不在手上", "The box is in nobody's hands"],
  "no-room": ["通道没有打开，进不去", "The aisle is not open wide enough to enter"],
  "already-inside": ["此人已在通道内", "This person is inside already"],
  "not-inside": ["此人不在通道内", "This person is not inside"],
  "no-plug": ["该总线在本次运行中没有可拔插的连接", "This bus has no plug in this run"],
  "no-bell": ["该区的控制器不在 MQTT 上，无法报警", "The controller of this area is not on MQTT: it cannot call out"],
  "not-json": ["内容不是 JSON 对象", "The body is not a JSON object"],
};

export class ControlError extends Error {
  readonly refusal: ControlRefusal;
  constructor(code: string, params: Record<string, string | number> = {}) {
    const [zh, en] = sentences[code] ?? [code, code];
    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? "—"));
    super(fill(en));
    this.refusal = { code, zh: fill(zh), en: fill(en) };
  }
}
