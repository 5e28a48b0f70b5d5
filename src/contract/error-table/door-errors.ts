/** Sign-in, rights, requests, start, database. Each code has an HTTP status and a sentence in both languages. */
export const doorErrors = {
  // Sign-in, rights, requests
  "sign-in-refused": { status: 401, zh: "登录名或密码不正确。", en: "The login or the password is wrong." },
  "sign-in-too-often": {
    status: 429,
    zh: "登录失败次数过多，请 {waitS} 秒后再试。",
    en: "Too many failed sign-ins; try again in {waitS} s.",
  },
  "set-up-done": { status: 409, zh: "系统已有管理员，请直接登录。", en: "There is an administrator already: sign in." },
  "set-up-code-wrong": {
    status: 403,
    zh: "设置码不正确或已失效：请使用网关最近一次启动时在终端显示的设置码。",
    en: "The set-up code is wrong or out of date: use the one that the gateway printed at its last start.",
  },
  "demo-code-used": {
    status: 403,
    zh: "演示登录链接无效或已使用：请重新启动演示以获得新链接。",
    en: "The demo's sign-in link is not valid or was used: start the demo again for a new one.",
  },
  "password-wrong": { status: 403, zh: "当前密码不正确。", en: "The present password is wrong." },
  "password-same": {
    status: 400,
    zh: "新密码与当前密码相同：请另设一个。",
    en: "The new password is the present one: choose another.",
  },
  "login-taken": { status: 409, zh: "该登录名已被使用。", en: "This login is already in use." },
  "last-administrator": {
    status: 409,
    zh: "这是最后一位可登录的管理员：请先指定另一位管理员。",
    en: "This is the last administrator who can sign in: make another one first.",
  },
  "token-unknown": { status: 404, zh: "没有此接口令牌。", en: "There is no such API token." },
  "origin-refused": {
    status: 403,
    zh: "请求来自其他网站，已拒绝。",
    en: "The request comes from another web site and was refused.",
  },
  "version-missing": {
    status: 428,
    zh: "请在 If-Match 中给出所见的版本号。",
    en: "Name the version you saw in If-Match.",
  },
  "version-differs": {
    status: 412,
    zh: "数据已被他人更改（现为版本 {version}），请刷新后重试。",
    en: "Somebody else has changed this (now version {version}); refresh and try again.",
  },
  "cursor-invalid": {
    status: 400,
    zh: "分页标记无效，请从第一页开始。",
    en: "The cursor is not valid; start at the first page.",
  },
  "json-invalid": { status: 400, zh: "请求内容不是有效的 JSON。", en: "The body is not valid JSON." },
  "value-unstorable": {
    status: 400,
    zh: "输入中有无法保存的值：文字里有空字符（U+0000），或数字过大。",
    en: "A value in it cannot be kept: a text with U+0000, or a number that is too large.",
  },
  "body-too-large": { status: 413, zh: "请求内容过大。", en: "The body is too large." },
  "content-type-unknown": {
    status: 415,
    zh: "不支持的内容类型，请使用 application/json。",
    en: "This content type is not supported; send application/json.",
  },
  "idempotency-key-invalid": {
    status: 400,
    zh: "Idempotency-Key 应为 1–100 个可见字符。",
    en: "Idempotency-Key must be 1–100 visible characters.",
  },
  "idempotency-key-reused": {
    status: 409,
    zh: "该 Idempotency-Key 已用于另一个请求。",
    en: "This Idempotency-Key belongs to another request.",
  },
  "idempotency-in-progress": {
    status: 409,
    zh: "相同的请求正在处理，请稍后重试。",
    en: "The same request is being worked on; try again shortly.",
  },
  "idempotency-outcome-unknown": {
    status: 409,
    zh: "此前相同的请求被中断，结果未知：请先核对是否已完成，再使用新的 Idempotency-Key。",
    en: "The same request was cut off before; look whether it was done, then use a new Idempotency-Key.",
  },
  "idempotency-answer-not-kept": {
    status: 409,
    zh: "该请求已完成，其答复只显示一次，不再保留。",
    en: "This request was done; its answer is shown once and not kept.",
  },
  "journal-verify-running": { status: 409, zh: "日志校验正在进行。", en: "The journal is being verified already." },
  "database-away": {
    status: 503,
    zh: "数据库暂时无法访问，请稍后再试。",
    en: "The database cannot be reached; try again shortly.",
  },
  overloaded: { status: 503, zh: "系统繁忙，请稍后再试。", en: "The system is busy; try again shortly." },
  // Start: printed for the person who starts the gateway.
  "listen-port-in-use": {
    status: 503,
    zh: "端口 {port} 已被其他程序占用：请关闭该程序，或用 {setting} 指定其他端口。",
    en: "Port {port} is in use by another program: close it, or choose another with {setting}.",
  },
  "listen-not-permitted": {
    status: 503,
    zh: "没有权限使用端口 {port}：请用 {setting} 指定 1024 以上的端口。",
    en: "No permission to use port {port}: choose one above 1024 with {setting}.",
  },
  "listen-address-unknown": {
    status: 503,
    zh: "本机没有地址 {host}：请检查 HOST。",
    en: "This machine has no address {host}: check HOST.",
  },
  "trust-proxy-invalid": {
    status: 503,
    zh: "TRUST_PROXY 不能是 {what}：请写明反向代理的地址或网段（逗号分隔，如 172.18.0.0/16），或代理层数（如 1）。旧版的 yes 会相信任何人写的地址，已不再接受。",
    en: "TRUST_PROXY cannot be {what}: name the addresses or networks of your reverse proxies (comma separated, such as 172.18.0.0/16), or how many stand in a row (such as 1). The former yes believed whatever anybody wrote and is no longer taken.",
  },
  "listen-needs-tls": {
    status: 503,
    zh: "向网络开放（HOST={host}）须使用 TLS：请设置 TLS_CERT 和 TLS_KEY；若由反向代理提供 TLS，请明确设置 INSECURE_HTTP=yes。",
    en: "Opening to the network (HOST={host}) needs TLS: set TLS_CERT and TLS_KEY, or state INSECURE_HTTP=yes where a reverse proxy keeps TLS.",
  },
  "tls-file-unreadable": {
    status: 503,
    zh: "无法读取 TLS 文件 {file}（{detail}）。",
    en: "The TLS file {file} cannot be read ({detail}).",
  },
  // Start
  "setting-invalid": {
    status: 500,
    zh: "设置 {setting} 无效：{detail}",
    en: "The setting {setting} is not valid: {detail}",
  },
  "site-invalid": {
    status: 500,
    zh: "场地文件有 {count} 处错误，见上。",
    en: "The site file has {count} faults, listed above.",
  },
  "site-unreadable": { status: 500, zh: "读不到场地文件 {file}。", en: "The site file {file} cannot be read." },
  "twin-failed": { status: 500, zh: "孪生没有启动：{detail}", en: "The twin did not start: {detail}" },
  // Database: {detail} is the storage layer's own sentence, with folder, address or version.
  "database-lock-watched": {
    status: 503,
    zh: "数据目录 {folder} 的锁属于另一台机器或容器，或本机上次开机（{hostname}，进程 {pid}）：最多等待 {waitS} 秒，看它是否仍在使用。",
    en: "The lock of the data folder {folder} is of another machine or container, or of this machine's last boot ({hostname}, process {pid}): it is watched for up to {waitS} s to see whether it is still in use.",
  },
  "database-locked": { status: 503, zh: "数据目录正被另一个进程使用：{detail}", en: "{detail}" },
  "database-lock-lost": { status: 503, zh: "失去了数据目录的锁：{detail}", en: "{detail}" },
  "database-unreachable": { status: 503, zh: "连接不上数据库：{detail}", en: "{detail}" },
  "database-not-guarded": {
    status: 503,
    zh: "数据库会话没有收到 {name}，没有它就无法阻止两个网关同时写入：DATABASE_URL 与数据库之间的连接池（如 PgBouncer 的 ignore_startup_parameters）把它丢掉了，或 DATABASE_URL 自己改写了它。请让 DATABASE_URL 直接指向 PostgreSQL，且不带这类参数",
    en: "The database's session was not told {name}, without which nothing keeps two gateways from writing at once: a pooler before the database drops it (PgBouncer's ignore_startup_parameters), or DATABASE_URL itself sets it. Let DATABASE_URL point at PostgreSQL directly, without such parameters.",
  },
  "database-refused": { status: 503, zh: "数据库拒绝了连接：{detail}", en: "{detail}" },
  "database-too-old": { status: 503, zh: "数据库版本太旧：{detail}", en: "{detail}" },
  "database-stopped": { status: 503, zh: "内嵌数据库已停止：{detail}", en: "{detail}" },
  "database-waited-for": {
    status: 503,
    zh: "数据库还没有应答，已等待 {waitedS} 秒，最多等 {waitMinutesMax} 分钟：{detail}",
    en: "The database does not answer yet; waited for {waitedS} s so far, {waitMinutesMax} minutes at most: {detail}",
  },
  "database-disk-full": {
    status: 507,
    zh: "磁盘已满，数据库不能写入：{folder}。已确认的数据没有丢失。请腾出空间（如移走旧备份、旧日志），再启动归位。（{detail}）",
    en: "The disk is full, the database cannot write: {folder}. Nothing that was acknowledged is lost. Make room (move old backups or logs away), then start Guiwei again. ({detail})",
  },
  "database-not-writable": {
    status: 503,
    zh: "不能写入数据目录：{folder}。请把它交给运行归位的用户（chown -R），或以可写方式挂载，再启动归位。（{detail}）",
    en: "The data folder cannot be written to: {folder}. Give it to the user that runs Guiwei (chown -R), or mount it writable, then start Guiwei again. ({detail})",
  },
  "database-damaged": {
    status: 503,
    zh: '数据库已损坏：{folder}（{detail}）。请停止归位，把该目录改名留存，再恢复最新的备份：mv "{folder}" "{folder}.damaged" && DATA_DIR="{dataDir}" node bin/guiwei.mjs restore "{backup}"',
    en: 'The database is damaged: {folder} ({detail}). Stop Guiwei, keep that folder under another name, and restore the newest backup: mv "{folder}" "{folder}.damaged" && DATA_DIR="{dataDir}" node bin/guiwei.mjs restore "{backup}"',
  },
  "database-not-empty": { status: 409, zh: "数据库不是空的：{detail}", en: "{detail}" },
  "database-nested-use": { status: 500, zh: "事务内误用了外层数据库：{detail}", en: "{detail}" },
  "backup-unreadable": { status: 400, zh: "备份文件无法读取：{detail}", en: "{detail}" },
} as const;
