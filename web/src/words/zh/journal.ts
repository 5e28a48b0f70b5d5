import { journalWords } from "../../../../src/contract/kinds/journal-rows.ts";

/** The journal page; the sentences of its rows are those of their kinds. */
export const journal = {
  title: "日志",
  lead: "只增不改，每一行都与前一行的哈希相连。",
  chain: "链",
  wholeSite: "全馆",
  revision: "版本号",
  what: "事件",
  verify: "校验哈希链",
  verified: "已校验 {{n}} 行，哈希链完整。",
  broken: "第 {{n}} 行校验失败，哈希链不完整！",
  newer: "更新的",
  older: "更早的",
  by: {
    gateway: "网关",
    system: "业务系统 {{id}}",
    device: "设备 {{id}}",
    panel: "现场面板操作人",
    input: "输入 {{id}} 处的持钥匙人",
  },
  body: "详细内容",
  decision: {
    "already-so": "本来就是这样",
    ended: "移动已结束",
    stop: "停止",
    "late-start": "启动太晚，已停止",
    lead: "主控权已确认",
    "reset-seen": "面板已复位",
    "confirm-seen": "已在现场确认无人",
    "confirm-ignored": "按了确认按钮，但不起作用",
    alarm: "报警",
    "room-alarm": "库房报警，不得移动",
    "room-alarm-over": "报警已解除，须复位",
  },
  alarmState: { raised: "未解除", cleared: "已解除" },
  ...journalWords("zh"),
};
