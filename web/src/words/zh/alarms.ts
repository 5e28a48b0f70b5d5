import { alarmFaultTable, alarmLevelTable } from "../../../../src/contract/kinds/alarms.ts";
import { wordsOf } from "../../../../src/contract/kinds/said.ts";

/** Standing alarms of devices, and alarms that were refused. */
export const alarms = {
  standing: "{{place}}：{{device}} 报警（{{what}}），自 {{time}} 起未解除。",
  holding:
    "{{place}}：{{device}} 报警（{{what}}），自 {{time}} 起未解除。全库房不得移动；解除后每区须在面板上按“复位”。",
  more: "另有 {{n}} 条未解除的报警。",
  clear: "解除",
  clearOf: "解除 {{device}} 的报警（{{what}}）",
  clearLead: "请先到现场确认。您的姓名和原因会写入日志；设备再次报警时会重新出现。",
  clearHoldingLead: "请先到现场确认火情已排除。您的姓名和原因会写入日志；解除后各区仍须在面板上按“复位”才能移动。",
  refused: "未采信的报警（自网关启动以来）",
  noSender: "没有发送者",
  level: wordsOf(alarmLevelTable, "zh"),
  fault: wordsOf(alarmFaultTable, "zh"),
};
