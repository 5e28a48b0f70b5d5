/** Backups of the running gateway. Each code has an HTTP status and a sentence in both languages. */
export const backupErrors = {
  "backup-running": {
    status: 409,
    zh: "正在备份：请等这一次结束。",
    en: "A backup is being made: wait for it to end.",
  },
  "backup-gateway-runs": {
    status: 409,
    zh: "数据目录正在使用。运行中的网关会自己备份到 {folder}，也可以在控制台的“备份”页立即备份；用命令备份须先停止网关。（{detail}）",
    en: "The data folder is in use. The running gateway makes its own backups in {folder}, and one can be made at once on the console's page Backups; this command needs the gateway stopped. ({detail})",
  },
  "backup-no-folder": {
    status: 500,
    zh: "备份目录 {folder} 不是文件夹：请检查 BACKUP_DIR。",
    en: "The place for backups, {folder}, is not a folder: check BACKUP_DIR.",
  },
  "backup-not-writable": {
    status: 500,
    zh: "不能写入备份目录 {folder}：请检查权限。",
    en: "The folder for backups, {folder}, cannot be written to: check its permissions.",
  },
  "backup-disk-full": {
    status: 507,
    zh: "备份时磁盘空间不足（{folder} 或数据目录）：请腾出空间。",
    en: "There is not enough room on the disk for a backup ({folder}, or the data folder): make room.",
  },
  "backup-damaged": {
    status: 500,
    zh: "写好的备份读回时有误，已丢弃：请检查 {folder} 所在的磁盘。（{detail}）",
    en: "The backup did not read back as it was written and was thrown away: check the disk of {folder}. ({detail})",
  },
  "backup-not-still": {
    status: 500,
    zh: "{standstillMinutesMax} 分钟内密集架一直没有停稳（{areas}），没有备份：请在密集架静止时再试。",
    en: "The carriages did not stand still for {standstillMinutesMax} minutes ({areas}), so no backup was made: try again while they stand.",
  },
  "backup-too-slow": {
    status: 500,
    zh: "备份超过 {limitMinutes} 分钟仍未完成，已放弃。",
    en: "The backup was given up after {limitMinutes} minutes.",
  },
  "backup-failed": { status: 500, zh: "备份失败：{detail}", en: "The backup failed: {detail}" },
} as const;
