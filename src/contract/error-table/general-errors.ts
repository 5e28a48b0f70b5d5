/** Errors that any part of the gateway may report. Each code has an HTTP status and a sentence in both languages. */
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
  // Disk and folders in which the gateway keeps its data.
  "disk-low": {
    status: 507,
    zh: "{folder} 所在磁盘只剩 {freeMb} MB：请尽快腾出空间（如移走旧备份、旧日志），写满后什么都无法保存。",
    en: "The disk of {folder} has {freeMb} MB left: make room soon (move old backups or logs away); once it is full, nothing can be kept.",
  },
  "disk-full": {
    status: 507,
    zh: "{folder} 所在磁盘几乎已满（剩 {freeMb} MB）：请立即腾出空间（如移走旧备份、旧日志）。",
    en: "The disk of {folder} is nearly full ({freeMb} MB left): make room now (move old backups or logs away).",
  },
  "disk-not-writable": {
    status: 503,
    zh: "不能写入 {folder}：请把该目录交给运行归位的用户（chown -R），或以可写方式重新挂载。",
    en: "{folder} cannot be written to: give the folder to the user that runs Guiwei (chown -R), or mount it writable again.",
  },
  "storage-full": {
    status: 507,
    zh: "数据库的磁盘已满：请在数据库所在的机器上腾出空间。已确认的数据没有丢失。",
    en: "The database's disk is full: make room on its machine. Nothing that was acknowledged is lost.",
  },
  "storage-not-writable": {
    status: 503,
    zh: "数据库只能读取，不能写入：请检查它的磁盘和权限，以及是否连到了只读的备机。",
    en: "The database can only be read, not written: check its disk and permissions, and whether this is a read-only standby.",
  },
  "storage-damaged": {
    status: 503,
    zh: "数据库报告数据已损坏：请停止归位，留存现有数据，检查磁盘，再把最新的备份恢复到空数据库：node bin/guiwei.mjs restore <备份文件>",
    en: "The database reports damaged data: stop Guiwei, keep what is there, check the disk, and restore the newest backup into an empty database: node bin/guiwei.mjs restore <backup file>",
  },
  "storage-stopped": {
    status: 503,
    zh: "内嵌数据库已停止：现在什么都无法保存，“停止”仍然有效。请先排除磁盘问题（空间、权限），之后归位会自行结束，由守护程序重新启动；没有守护程序时请手动启动。",
    en: "The embedded database has stopped: nothing can be kept now, STOP still works. Mend the disk (room, permissions); Guiwei then ends by itself to be started anew, by hand where nothing supervises it.",
  },
  "fault-uncaught": {
    status: 500,
    zh: "程序出错（{detail}）：已停止所有移动，正在依次关闭。请把这段记录交给维护人员。",
    en: "The program failed ({detail}): all motion was stopped, and it is closing in order. Give this log to whoever maintains it.",
  },
  "ending-while-starting": {
    status: 503,
    zh: "启动中收到结束信号：先完成已开始的步骤并依次关闭，最多 {limitS} 秒。再次发送信号则立即结束。",
    en: "Told to end while starting: what has begun is finished and closed in order, within {limitS} s. A second signal ends it at once.",
  },
  "fault-close-late": {
    status: 500,
    zh: "{detail} 内没有关闭完，直接结束。",
    en: "Closing took longer than {detail}: it ends at once.",
  },
} as const;
