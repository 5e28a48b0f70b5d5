/**
 * Jobs: long work, or work on foreign files, in its own process. Each code has an HTTP status and a sentence in both languages.
 */
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
  "job-not-started": {
    status: 503,
    zh: "任务的进程无法启动（{kind}）：{detail}。其他一切照常，请稍后再试。",
    en: "The job's process could not be started ({kind}): {detail}. Everything else goes on; try again later.",
  },
  "jobs-full": {
    status: 503,
    zh: "正在处理的任务有 {running} 个、等待的有 {waiting} 个，已满：请稍后再试。",
    en: "{running} jobs run and {waiting} wait, and more may not: try again later.",
  },
  "jobs-full-own": {
    status: 429,
    zh: "您已有 {perSourceMax} 个任务在处理或等待：请等其中一个完成，或停止一个。",
    en: "You have {perSourceMax} jobs running or waiting: let one end, or stop one.",
  },
  "job-waited": {
    status: 503,
    zh: "排队等待超过 {minutesMax} 分钟，任务未开始：请稍后再试。",
    en: "The job waited for more than {minutesMax} minutes and was not begun: try again later.",
  },
  "jobs-folder-full": {
    status: 503,
    zh: "正在生成的文件合计超过 {mbMax} MB，暂不接受新的：请等下载完成后再试。",
    en: "The files being made have more than {mbMax} MB together: let the downloads end, then try again.",
  },
  "job-disk-full": {
    status: 507,
    zh: "磁盘已满（{folder}），文件没有生成或保存：请管理员腾出空间后再试。",
    en: "The disk is full ({folder}) and the file was not made or kept: the administrator must free space; then try again.",
  },
  "job-folder-closed": {
    status: 500,
    zh: "不能写入 {folder}：请管理员检查其所有者和权限，以及磁盘是否只读。",
    en: "{folder} cannot be written to: the administrator must check its owner and rights, and whether the disk is read-only.",
  },
} as const;
