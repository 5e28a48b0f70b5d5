/** Long and foreign work in a process of its own. Code → HTTP status and a sentence in both languages. */
export const jobErrors = {
  "job-out-of-memory": {
    status: 422,
    zh: "任务需要的内存超过 {memoryMbMax} MB，已中止（{kind}）：文件异常或过大，请拆分后再试。",
    en: "The job needed more than {memoryMbMax} MB of memory and was ended ({kind}): the file is odd or too large; try it in parts.",
  },
  "job-too-slow": {
    status: 422,
    zh: "任务超过 {secondsMax} 秒，已中止（{kind}）：文件异常或过大，请拆分后再试。",
    en: "The job took longer than {secondsMax} seconds and was ended ({kind}): the file is odd or too large; try it in parts.",
  },
  "job-too-large": {
    status: 422,
    zh: "任务的结果超过 {resultMbMax} MB，已中止（{kind}）：请分批处理。",
    en: "The job's result grew past {resultMbMax} MB and it was ended ({kind}): do it in parts.",
  },
  "job-stopped": { status: 409, zh: "任务已停止（{kind}）。", en: "The job was stopped ({kind})." },
  "job-died": {
    status: 500,
    zh: "任务的进程意外结束（{kind}）：{detail}。其他一切照常，可以再试一次。",
    en: "The job's process ended unexpectedly ({kind}): {detail}. Everything else goes on; it can be tried again.",
  },
  "jobs-full": {
    status: 503,
    zh: "正在处理和等待的任务已满（{waiting} 个在等待），请稍后再试。",
    en: "As many jobs as may run and wait are there already ({waiting} waiting): try again later.",
  },
} as const;
