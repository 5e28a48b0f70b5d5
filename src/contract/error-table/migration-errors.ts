/**
 * Data and the program's schema. Each code has an HTTP status and a sentence in both languages; {…Step} is a migration's name.
 */
export const migrationErrors = {
  "database-newer": {
    status: 503,
    zh: "数据库由归位 {written} 写入（结构 {writtenStep}），比本程序 {program}（结构 {programStep}）新：请重新安装写入它的版本，或用 restore --force 恢复由本版本做的备份。数据未被改动。",
    en: "The database was written by Guiwei {written} (schema {writtenStep}), which is newer than this program, {program} (schema {programStep}): install the version that wrote it again, or restore a backup that this version made (restore --force). Nothing was changed.",
  },
  "database-altered": {
    status: 503,
    zh: "数据库的结构记录与本程序 {program} 不符：结构 {step} 的校验和是 {found}，应为 {expected}（由归位 {written} 写入）。记录被人改过，或数据库由另一个构建写入：请用写入它的构建，或用 restore --force 恢复备份。数据未被改动。",
    en: "The database's record of its schema is not this program's ({program}): the checksum of {step} is {found} and should be {expected} (written by Guiwei {written}). The record was changed by hand, or another build wrote this database: use the build that wrote it, or restore a backup (restore --force). Nothing was changed.",
  },
  "database-shape": {
    status: 503,
    zh: "数据库的表被人改过，与结构 {step} 不符：{differences}。请改回来，或用 restore --force 恢复备份。",
    en: "The database's tables were changed by hand and are not those of schema {step}: {differences}. Change them back, or restore a backup (restore --force).",
  },
  "migration-failed": {
    status: 503,
    zh: "数据升级在 {step} 失败：{detail}。这一步未做任何改动，数据库停在结构 {reached}；以 {reached} 为最新结构的版本仍可照常打开它。请报告此错误。",
    en: "Bringing the data forward failed at {step}: {detail}. This step changed nothing; the database stands at schema {reached}, and the version whose newest schema is {reached} still opens it. Please report this.",
  },
  "migration-interrupted": {
    status: 503,
    zh: "数据升级在 {step} 中途停下，已完成 {rowsDone}/{rowsTotal} 行：{detail}。已完成的部分有效，下次启动会从这里继续；若再次失败，请用原来的版本恢复最新的备份，并报告此错误。",
    en: "Bringing the data forward stopped in {step} after {rowsDone} of {rowsTotal} rows: {detail}. What is done stays done and the next start goes on from there; if it fails again, restore the newest backup with the version that made it, and report this.",
  },
  "backup-newer": {
    status: 409,
    zh: "备份由归位 {written} 写成（结构 {writtenStep}），比本程序 {program}（结构 {programStep}）新：请安装写成它的版本再恢复。数据未被改动。",
    en: "This backup was made by Guiwei {written} (schema {writtenStep}), which is newer than this program, {program} (schema {programStep}): install the version that made it and restore it there. Nothing was changed.",
  },
  "backup-other-schema": {
    status: 409,
    zh: "备份与本程序 {program} 的数据结构不符：{detail}。数据未被改动。",
    en: "This backup does not fit the schema of this program, {program}: {detail}. Nothing was changed.",
  },
  "backup-not-forward": {
    status: 409,
    zh: "备份中的数据升级在 {step} 失败：{detail}。数据未被改动。请报告此错误。",
    en: "The data of this backup could not be brought forward, at {step}: {detail}. Nothing was changed. Please report this.",
  },
} as const;
