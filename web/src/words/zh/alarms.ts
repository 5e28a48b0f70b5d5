/** Alarms of devices that stand, and what of them was not taken. */
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
  level: { notice: "提示", warning: "警告", danger: "危险" },
  fault: {
    "over-budget": "一分钟内过多，已丢弃；请检查该设备。",
    "not-raised": "要解除不是自己发出的报警，已忽略。",
    "names-another": "以别的设备为来源，仍按发送者记录。",
    "no-sender": "旧格式，无法确认由谁发出：已提示，但不停机也不解除；请更新设备程序。",
    "not-readable": "内容不合格式，已丢弃。",
    retained: "代理保存的旧消息，已丢弃。",
    "not-taken": "报警太多，网关来不及接收，已丢弃；请检查该设备。",
    "not-stored": "数据库长时间不可用，未能写入日志。",
  },
};
