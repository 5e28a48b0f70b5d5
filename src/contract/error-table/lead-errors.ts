/** Which gateway leads where several share one PostgreSQL. Each code has an HTTP status and a sentence in both languages. */
export const leadErrors = {
  "gateway-stands-by": {
    status: 503,
    zh: "本网关待命：现由 {who} 主控（{url}），请在那里操作。它停止后，本网关几秒内自动接替。",
    en: "This gateway stands by: {who} leads ({url}), ask there. When it ends, this one takes over by itself within seconds.",
  },
  "standby-other-schema": {
    status: 503,
    zh: "本网关待命：现由 {who} 主控，而数据库的结构与本程序不同（数据库 {found}，本程序 {wanted}），在其升级或本网关接替之前只能查看健康状态。",
    en: "This gateway stands by: {who} leads, and the database has another schema than this program (database {found}, program {wanted}); until that is brought forward, or this one takes over, it answers nothing but its health.",
  },
  "standby-unavailable": {
    status: 503,
    zh: "本网关待命，只提供数据库里有的内容；此项只有主控的 {who} 能提供（{url}）。",
    en: "This gateway stands by and answers what the database holds; only {who}, which leads, can answer this ({url}).",
  },
  "area-led-elsewhere": {
    status: 503,
    zh: "本网关待命，看不到密集架：其状态由主控的 {who} 显示。",
    en: "This gateway stands by and sees no carriages: {who}, which leads, shows how they are.",
  },
  "device-not-asked": {
    status: 503,
    zh: "本网关待命，不连接设备 {device}：它的状态由主控的网关显示。",
    en: "This gateway stands by and does not ask device {device}: the gateway that leads shows how it is.",
  },
  "lead-over": {
    status: 503,
    zh: "本网关已不再主控，这次写入没有生效：请稍候刷新，由现在主控的网关处理。",
    en: "This gateway leads no more, and nothing was written: wait a moment and refresh; whoever leads now serves it.",
  },
  "lead-lost": {
    status: 503,
    zh: "主控权已由 {who} 接替：本网关停止移动并关闭设备，转为待命。",
    en: "{who} has taken the lead: this gateway stops what moves, closes its devices and stands by.",
  },
  "lead-cut-off": {
    status: 503,
    zh: "数据库已 {limitS} 秒没有应答，主控权已到期，而有网关在待命：本网关关闭设备，数据库恢复后转为待命或重新主控。",
    en: "The database has not answered for {limitS} s, the lead has run out, and a gateway stands by: this one closes its devices, and stands by or leads again when the database is back.",
  },
  "lead-close-late": {
    status: 503,
    zh: "失去主控权后未能在 {limitS} 秒内关闭，网关退出，由系统重新启动。",
    en: "After it lost the lead the gateway could not close within {limitS} s; it ends, to be started anew by the system.",
  },
  "lead-taken": {
    status: 503,
    zh: "{who} 正在使用这个数据库并主控库房：演示不能与它同时运行，请先停止它，或换一个数据库。",
    en: "{who} uses this database and leads its rooms: the demo cannot run beside it; stop that one, or use another database.",
  },
  "lead-migrates": {
    status: 503,
    zh: "数据库的结构需要升级（{found} → {wanted}），而 {who} 正在使用它：请先用本版本重启那个网关，或先停止它。",
    en: "The database has to be brought forward ({found} → {wanted}) while {who} works with it: start that gateway with this version first, or stop it.",
  },
  "epochs-led": {
    status: 503,
    zh: "{who} 正在使用这个数据库，不能提升控制权期数：请先停止它（及所有待命的网关）。",
    en: "{who} works with this database, so no epoch is lifted: stop it first, and every gateway that stands by.",
  },
  "restore-led": {
    status: 503,
    zh: "{who} 正在使用这个数据库，不能恢复：请先停止它（及所有待命的网关）。",
    en: "{who} works with this database, so nothing is restored: stop it first, and every gateway that stands by.",
  },
} as const;
