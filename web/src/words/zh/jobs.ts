export const jobs = {
  waiting: "排队等待，前面还有 {{ahead}} 个任务",
  preparing: "正在取数：已取 {{rows}} 行",
  working: "正在生成文件：已写 {{rows}} 行",
  begun: "正在准备…",
  stop: "停止",
  stopped: "已停止，没有生成文件。",
};
