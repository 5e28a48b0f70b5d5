/**
 * Every refusal and failure a person or a system can meet: code → HTTP status and one plain sentence in both languages.
 * `{name}` in a sentence is filled from the error's parameters.
 */
export const errorTable = {
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
  // Aisles: each sentence says what clears the refusal.
  "aisle-occupied": {
    status: 409,
    zh: "{aisle} 号通道内可能有人：请所有人离开通道，并在面板上按“复位”。",
    en: "Somebody may be in aisle {aisle}: everybody out, then press Reset at the panel.",
  },
  "aisle-not-confirmed": {
    status: 409,
    zh: "尚未在现场确认：请在面板上按“确认”，然后重新下达指令。",
    en: "Not confirmed at the shelf: press Confirm at the panel, then ask again.",
  },
  "aisle-unknown": { status: 404, zh: "本区没有 {aisle} 号通道。", en: "This area has no aisle {aisle}." },
  "aisle-too-narrow": {
    status: 409,
    zh: "目标位置会使通道窄于 {limitMm} 毫米，已拒绝。",
    en: "The target would leave an aisle narrower than {limitMm} mm.",
  },
  "area-busy": {
    status: 409,
    zh: "本区正忙（通道 {what}）：请等待完成或先停止。",
    en: "This area is busy (aisle {what}): wait until it is done or stop it first.",
  },
  "area-emergency-stop": {
    status: 409,
    zh: "急停已按下：请先旋出急停按钮，再在面板上按“复位”。",
    en: "Emergency stop is pressed: release the button, then press Reset at the panel.",
  },
  "area-tripped": {
    status: 409,
    zh: "安全边条或光幕已触发：请检查通道，然后在面板上按“复位”。",
    en: "A trip edge or beam fired: check the aisle, then press Reset at the panel.",
  },
  "area-inhibited": {
    status: 409,
    zh: "本区已禁止移动：请由主管解除。",
    en: "Motion is inhibited here: a supervisor must release it.",
  },
  "area-fault": {
    status: 409,
    zh: "控制器报告故障（{detail}）：请检查设备，然后在面板上按“复位”。",
    en: "The controller reports a fault ({detail}): check it, then press Reset at the panel.",
  },
  "area-stale": {
    status: 409,
    zh: "控制器状态已过期（{ageMs} 毫秒未更新）：请检查连接。",
    en: "The controller's state is stale ({ageMs} ms): check the connection.",
  },
  "area-offline": {
    status: 503,
    zh: "控制器离线：请检查电源和线路。",
    en: "The controller is offline: check power and cable.",
  },
  "area-panel-logged-out": {
    status: 409,
    zh: "面板未登录：请在面板上登录。",
    en: "The panel is logged out: log in at the panel.",
  },
  "area-needs-reset": {
    status: 409,
    zh: "停止或重启之后需要人工复位：请在面板上按“复位”。",
    en: "After a stop or a restart a deliberate reset is needed: press Reset at the panel.",
  },
  "aisle-occupancy-unknown": {
    status: 409,
    zh: "无法确认 {aisle} 号通道内是否有人：请检查人数传感器；没有传感器的控制器须在站点文件中声明人员检测输入。",
    en: "Nobody can tell whether aisle {aisle} is empty: check the people sensors; a controller without any needs an occupancy input in the site file.",
  },
  "area-over-current": {
    status: 409,
    zh: "电机过流保护已动作：请移开障碍物，然后在面板上按“复位”。",
    en: "A motor drew too much current: remove what blocks it, then press Reset at the panel.",
  },
  "area-sensor-fault": {
    status: 409,
    zh: "安全传感器故障，视为通道内有人：请检修传感器，然后在面板上按“复位”。",
    en: "A safety sensor is faulty, which counts as somebody inside: repair it, then press Reset at the panel.",
  },
  "area-position-unknown": {
    status: 409,
    zh: "架体位置未知：请在面板上执行回零（复位），或在面板上手动打开一个通道。",
    en: "The carriages' positions are not known: home them at the panel, or open an aisle there by hand.",
  },
  "area-position-changed": {
    status: 409,
    zh: "架体位置与系统所知不符，控制器已拒绝：请刷新后重试。",
    en: "The carriages stand elsewhere than expected and the controller refused: look again, then ask again.",
  },
  "area-protected": {
    status: 409,
    zh: "控制器处于系统保护状态：请在面板上解除保护。",
    en: "The controller protects itself: clear the protection at the panel.",
  },
  "area-heartbeat-lost": {
    status: 409,
    zh: "控制器因失去网关心跳已停止：请检查连接，然后在面板上按“复位”。",
    en: "The controller lost the gateway's heartbeat and stopped: check the connection, then press Reset at the panel.",
  },
  "area-interlock": {
    status: 409,
    zh: "控制器的安全联锁拒绝了该指令：请查看面板上的提示，排除后按“复位”。",
    en: "The controller's own interlock refused: see its panel, clear the cause and press Reset.",
  },
  "area-alarm": {
    status: 409,
    zh: "控制器报警（{what}）：请到现场检查，排除后在面板上按“复位”。",
    en: "The controller raises an alarm ({what}): look at the shelf, clear the cause, then press Reset at the panel.",
  },
  "command-not-ours": {
    status: 409,
    zh: "该指令属于已失效的控制权（第 {epoch} 期）：请重新下达指令。",
    en: "The command belongs to a control grant that has ended (epoch {epoch}): ask again.",
  },
  "command-duplicate": {
    status: 409,
    zh: "控制器已收到过同一编号的指令：请重新下达指令。",
    en: "The controller has seen this command number before: ask again.",
  },
  "command-expired": {
    status: 409,
    zh: "指令在有效期内没有开始执行，已作废：请检查连接后重新下达。",
    en: "The command did not start in time and has lapsed: check the connection, then ask again.",
  },
  "command-not-delivered": {
    status: 503,
    zh: "指令未能送达控制器，已发送停止：请检查连接，在面板上复位后重新下达。",
    en: "The command did not reach the controller and a stop was sent: check the connection, reset at the panel, then ask again.",
  },
  "command-not-confirmed": {
    status: 503,
    zh: "控制器没有确认该指令：请查看面板状态后重试。",
    en: "The controller did not confirm the command: look at the panel, then try again.",
  },
  "nothing-moving": {
    status: 409,
    zh: "本区没有正在进行的移动，无需暂停。",
    en: "Nothing is moving here; there is nothing to pause.",
  },
  "motion-stopped": {
    status: 409,
    zh: "移动已被停止：确认安全后在面板上按“复位”，再重新下达指令。",
    en: "The motion was stopped: when it is safe press Reset at the panel, then ask again.",
  },
  "motion-paused": {
    status: 409,
    zh: "移动已暂停，不会自行继续：准备好后请重新下达指令（面板要求时先复位）。",
    en: "The motion was paused and does not go on by itself: ask again when ready (reset first if the panel asks for it).",
  },
  "motion-entered": {
    status: 409,
    zh: "移动过程中有人进入通道（{aisle} 号），已停止：请所有人离开，并在面板上按“复位”。",
    en: "Somebody entered (aisle {aisle}) while it moved, so it was stopped: everybody out, then press Reset at the panel.",
  },
  "motion-timeout": {
    status: 504,
    zh: "移动在 {limitS} 秒内没有完成，已停止：请检查导轨和电机，然后在面板上按“复位”。",
    en: "The motion was not done within {limitS} s and was stopped: check rail and motors, then press Reset at the panel.",
  },
  "motion-link-lost": {
    status: 503,
    zh: "移动过程中与控制器的连接中断，结果未知：请检查连接和现场，在面板上按“复位”后重新下达。",
    en: "The connection to the controller was lost, the result is unknown: check it and the shelf, press Reset at the panel, then ask again.",
  },
  "motion-wrong-end": {
    status: 502,
    zh: "控制器报告完成，但打开的是 {aisle} 号通道：请检查设备，然后在面板上按“复位”。",
    en: "The controller says done, but aisle {aisle} stands open: check it, then press Reset at the panel.",
  },
  "motion-late-start": {
    status: 409,
    zh: "已作废的指令被延迟执行，已发送停止：请检查控制器，然后在面板上按“复位”。",
    en: "A lapsed command began to move and was stopped: check the controller, then press Reset at the panel.",
  },
  "stop-not-confirmed": {
    status: 504,
    zh: "控制器没有确认停止：请立即按下现场的急停按钮！",
    en: "The controller did not confirm the stop: press the emergency stop at the shelf now!",
  },
  "controller-restarted": {
    status: 503,
    zh: "控制器在执行过程中重新启动：请在面板上复位并确认，再重新下达指令。",
    en: "The controller restarted meanwhile: reset and confirm at the panel, then ask again.",
  },
  "gateway-restarted": {
    status: 503,
    zh: "网关重新启动，指令已中断且不会自行继续：请在面板上确认后重新下达。",
    en: "The gateway restarted, the command was interrupted and does not go on by itself: confirm at the panel, then ask again.",
  },
  // Links and devices: what the integrator reads in the device list and in `guiwei probe`.
  "port-in-use": {
    status: 503,
    zh: "端口 {port} 已被其他程序占用：请关闭占用它的程序，或检查站点文件是否重复使用了该端口。",
    en: "Port {port} is in use by another program: close that program, or check that the site file uses the port once.",
  },
  "port-not-found": {
    status: 503,
    zh: "找不到端口 {port}：请检查 USB 线缆和设备电源。",
    en: "Port {port} is not there: check the USB cable and the device's power.",
  },
  "port-no-permission": {
    status: 503,
    zh: "没有权限打开端口 {port}：请把运行用户加入 dialout 组。",
    en: "No permission to open port {port}: add the running user to the dialout group.",
  },
  "link-refused": {
    status: 503,
    zh: "{address} 拒绝连接：请检查地址、端口号和设备电源。",
    en: "{address} refused the connection: check address, port number and the device's power.",
  },
  "link-timeout": {
    status: 503,
    zh: "{address} 在 {limitMs} 毫秒内没有接通：请检查网络。",
    en: "{address} did not connect within {limitMs} ms: check the network.",
  },
  "link-lost": {
    status: 503,
    zh: "与 {address} 的连接已断开（{detail}），正在自动重连。",
    en: "The connection to {address} was lost ({detail}); reconnecting.",
  },
  "link-congested": {
    status: 503,
    zh: "{address} 来不及接收数据：待发送的数据超过 {limitBytes} 字节。",
    en: "{address} does not take the data: more than {limitBytes} bytes are waiting.",
  },
  "bus-full": {
    status: 503,
    zh: "总线 {bus} 上排队的请求超过 {limit} 个。",
    en: "More than {limit} requests wait on bus {bus}.",
  },
  "bus-preempted": {
    status: 503,
    zh: "请求被停止命令打断。",
    en: "The request gave way to a stop.",
  },
  "device-timeout": {
    status: 503,
    zh: "设备 {device} 没有应答：请检查电源、线路和地址。",
    en: "Device {device} does not answer: check power, cable and address.",
  },
  "device-quarantined": {
    status: 503,
    zh: "设备 {device} 多次没有应答，已暂停访问，{waitMs} 毫秒后再试。",
    en: "Device {device} failed several times and is left alone; next try in {waitMs} ms.",
  },
  "device-refused": {
    status: 502,
    zh: "设备 {device} 拒绝了请求：{detail}。",
    en: "Device {device} refused the request: {detail}.",
  },
  "device-wrong-answer": {
    status: 502,
    zh: "设备 {device} 的应答无法理解：{detail}。请检查型号和地址。",
    en: "Device {device} answered something else: {detail}. Check model and address.",
  },
  "device-antenna-missing": {
    status: 503,
    zh: "读写器 {device} 的 {antenna} 号天线未接好：请检查馈线。",
    en: "Antenna {antenna} of reader {device} is not connected: check its cable.",
  },
  "device-starting": {
    status: 503,
    zh: "设备 {device} 正在初始化。",
    en: "Device {device} is being started.",
  },
  "device-profile-unknown": {
    status: 400,
    zh: "不支持的设备协议：{profile}。",
    en: "Unknown device profile: {profile}.",
  },
  "broker-offline": {
    status: 503,
    zh: "MQTT 服务器 {address} 无法连接（{detail}）。",
    en: "The MQTT broker {address} cannot be reached ({detail}).",
  },
  "broker-refused": {
    status: 503,
    zh: "MQTT 服务器 {address} 拒绝了用户名或密码。",
    en: "The MQTT broker {address} refused the user name or password.",
  },
  // Boxes and places
  "box-unknown": { status: 404, zh: "没有这个档案盒：{box}。", en: "There is no box {box}." },
  "box-barcode-taken": { status: 409, zh: "条码 {barcode} 已被使用。", en: "Barcode {barcode} is already in use." },
  "box-withdrawn": { status: 409, zh: "档案盒 {barcode} 已注销。", en: "Box {barcode} has been withdrawn." },
  "box-too-thick": {
    status: 409,
    zh: "档案盒厚 {thicknessMm} 毫米，放不进 {locationCode}（宽 {widthMm} 毫米）。",
    en: "The box is {thicknessMm} mm thick and does not fit into {locationCode} ({widthMm} mm).",
  },
  "box-not-in-slot": {
    status: 409,
    zh: "档案盒 {barcode} 当前不在架上（{place}）。",
    en: "Box {barcode} is not in a slot now ({place}).",
  },
  "box-on-loan": { status: 409, zh: "档案盒 {barcode} 已由 {holder} 取走。", en: "Box {barcode} is with {holder}." },
  "box-not-on-loan": { status: 409, zh: "档案盒 {barcode} 没有借出。", en: "Box {barcode} is not on loan." },
  "box-has-no-home": {
    status: 409,
    zh: "档案盒 {barcode} 没有固定位，请指定架位。",
    en: "Box {barcode} has no home slot; name a location.",
  },
  "slot-unknown": { status: 404, zh: "没有这个架位编码：{locationCode}。", en: "There is no location {locationCode}." },
  "slot-taken": {
    status: 409,
    zh: "架位 {locationCode} 已有档案盒 {barcode}。",
    en: "Location {locationCode} holds box {barcode}.",
  },
  "slot-reserved": {
    status: 409,
    zh: "架位 {locationCode} 已为档案盒 {barcode} 预留。",
    en: "Location {locationCode} is reserved for box {barcode}.",
  },
  "slot-scan-differs": {
    status: 409,
    zh: "扫描的架位 {scanned} 与目标 {locationCode} 不符。",
    en: "The scanned location {scanned} is not the target {locationCode}.",
  },
  "tag-taken": { status: 409, zh: "标签 {epc} 已绑定到档案盒 {barcode}。", en: "Tag {epc} is bound to box {barcode}." },
  "person-unknown": { status: 404, zh: "没有此人员。", en: "There is no such person." },
  // Stocktakes
  "stocktake-empty": {
    status: 400,
    zh: "所选范围内没有任何一层，无法盘点。",
    en: "The scope holds no layer; there is nothing to count.",
  },
  "stocktake-open": {
    status: 409,
    zh: "本库房已有一次未结束的盘点：请先完成或取消。",
    en: "A stocktake of this room is still open: finish or cancel it first.",
  },
  "stocktake-not-possible": {
    status: 409,
    zh: "盘点当前状态不允许此操作，请刷新。",
    en: "The stocktake's state does not allow this; refresh.",
  },
  // The shell: sign-in, rights, requests
  "sign-in-refused": { status: 401, zh: "账号或密码不正确。", en: "The login or the password is wrong." },
  "sign-in-too-often": {
    status: 429,
    zh: "登录失败次数过多，请 {waitS} 秒后再试。",
    en: "Too many failed sign-ins; try again in {waitS} s.",
  },
  "set-up-done": { status: 409, zh: "系统已有管理员，请直接登录。", en: "There is an administrator already: sign in." },
  "set-up-code-wrong": {
    status: 403,
    zh: "初始化码不正确或已失效：请使用系统启动时显示的初始化码。",
    en: "The set-up code is wrong or out of date: use the one printed at start.",
  },
  "demo-code-used": {
    status: 403,
    zh: "演示登录链接无效或已使用：请重新启动演示以获得新链接。",
    en: "The demo's sign-in link is not valid or was used: start the demo again for a new one.",
  },
  "password-wrong": { status: 403, zh: "当前密码不正确。", en: "The present password is wrong." },
  "login-taken": { status: 409, zh: "该登录账号已被使用。", en: "This login is already in use." },
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
  // Start: printed to the person who starts the gateway.
  "listen-port-in-use": {
    status: 503,
    zh: "端口 {port} 已被其他程序占用：请关闭该程序，或用 PORT 指定其他端口。",
    en: "Port {port} is in use by another program: close it, or choose another with PORT.",
  },
  "listen-not-permitted": {
    status: 503,
    zh: "没有权限使用端口 {port}：请用 PORT 指定 1024 以上的端口。",
    en: "No permission to use port {port}: choose one above 1024 with PORT.",
  },
  "listen-address-unknown": {
    status: 503,
    zh: "本机没有地址 {host}：请检查 HOST。",
    en: "This machine has no address {host}: check HOST.",
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
  // Relocations
  "relocation-empty": { status: 400, zh: "没有可移位的档案盒：{detail}", en: "No box can be moved: {detail}" },
  "relocation-not-possible": {
    status: 409,
    zh: "移位任务当前状态不允许此操作，请刷新。",
    en: "The relocation's state does not allow this; refresh.",
  },
  "relocation-box-in-hand": {
    status: 409,
    zh: "档案盒 {barcode} 仍在推车上：请先上架或放回原位。",
    en: "Box {barcode} is still on the cart: put it away or back first.",
  },
  "relocation-box-elsewhere": {
    status: 409,
    zh: "档案盒 {barcode} 已不在 {locationCode}：请跳过此项。",
    en: "Box {barcode} no longer stands in {locationCode}: skip this move.",
  },
  "relocation-no-slot": {
    status: 409,
    zh: "目标区域没有宽度合适的空位。",
    en: "The target has no free slot that is wide enough.",
  },
  "relocation-in-plan": {
    status: 409,
    zh: "档案盒已在另一个移位任务中。",
    en: "The box is in another open relocation.",
  },
  "relocation-not-in-slot": { status: 409, zh: "档案盒当前不在架上。", en: "The box is not in a slot now." },
  "relocation-already-there": { status: 409, zh: "档案盒已在目标区域。", en: "The box already stands in the target." },
  "move-not-verified": {
    status: 409,
    zh: "未能核实：请扫描盒条码{what}，或等待天线读到标签。",
    en: "Not verified: scan the box{what}, or wait until the antenna hears its tag.",
  },
  "move-wrong-box": {
    status: 409,
    zh: "扫描的是 {scanned}，应为 {barcode}。",
    en: "Scanned {scanned}; the box to move is {barcode}.",
  },
  // Site
  "site-loses-box": {
    status: 409,
    zh: "新的场地文件去掉或收窄了架位 {slot}，而档案盒 {barcode} 仍在其中：请先移走。",
    en: "The new site file removes or narrows slot {slot}, where box {barcode} still stands: move it first.",
  },
  // Import: faults of files and rows
  "import-unreadable": {
    status: 400,
    zh: "无法读取文件：请使用 xlsx 或 CSV（UTF-8、GB18030）模板。",
    en: "The file cannot be read: use the xlsx or CSV (UTF-8, GB18030) template.",
  },
  "import-no-header": {
    status: 400,
    zh: "第一行没有可识别的表头：请使用模板。",
    en: "The first row has no known column: use the template.",
  },
  "import-too-long": {
    status: 413,
    zh: "文件超过 {rowsMax} 行，请分批导入。",
    en: "The file has more than {rowsMax} rows; import it in parts.",
  },
  "import-not-possible": {
    status: 409,
    zh: "导入任务当前状态不允许此操作。",
    en: "The import's state does not allow this.",
  },
  "row-value-missing": { status: 400, zh: "缺少“{column}”。", en: "“{column}” is missing." },
  "row-value-invalid": {
    status: 400,
    zh: "“{column}”的值无效：{value}。",
    en: "“{column}” has a value that is not valid: {value}.",
  },
  "row-check-digit": {
    status: 400,
    zh: "统一社会信用代码 {value} 的校验位不符。",
    en: "The check digit of legal entity code {value} is wrong.",
  },
  "row-twice": {
    status: 400,
    zh: "“{column}” {value} 与第 {row} 行重复。",
    en: "“{column}” {value} stands in row {row} already.",
  },
  "row-box-differs": {
    status: 400,
    zh: "盒 {barcode} 的信息与第 {row} 行不一致。",
    en: "Box {barcode} differs from what row {row} says of it.",
  },
  "row-empty": { status: 400, zh: "空行。", en: "The row is empty." },
  "row-place-differs": {
    status: 409,
    zh: "盒 {barcode} 现在 {locationCode}：导入不改变已有盒的位置，请用上架或移位。",
    en: "Box {barcode} stands in {locationCode}: an import does not move a box that exists; put it away or relocate it.",
  },
  "row-tag-differs": {
    status: 409,
    zh: "盒 {barcode} 已绑定另一标签 {epc}：请用“绑定标签”更换。",
    en: "Box {barcode} carries another tag, {epc}: change it with “bind tag”.",
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
  // Database: {detail} is the storage's own sentence, with folder, address or version.
  "database-locked": { status: 503, zh: "数据目录正被另一个进程使用：{detail}", en: "{detail}" },
  "database-lock-lost": { status: 503, zh: "失去了数据目录的锁：{detail}", en: "{detail}" },
  "database-unreachable": { status: 503, zh: "连接不上数据库：{detail}", en: "{detail}" },
  "database-refused": { status: 503, zh: "数据库拒绝了连接：{detail}", en: "{detail}" },
  "database-too-old": { status: 503, zh: "数据库版本太旧：{detail}", en: "{detail}" },
  "database-newer": { status: 503, zh: "数据库比本程序新：{detail}", en: "{detail}" },
  "database-stopped": { status: 503, zh: "内嵌数据库已停止：{detail}", en: "{detail}" },
  "database-not-empty": { status: 409, zh: "数据库不是空的：{detail}", en: "{detail}" },
  "database-nested-use": { status: 500, zh: "事务内误用了外层数据库：{detail}", en: "{detail}" },
  "backup-unreadable": { status: 400, zh: "备份文件无法读取：{detail}", en: "{detail}" },
  "backup-other-schema": { status: 409, zh: "备份与本程序的数据结构不符：{detail}", en: "{detail}" },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An expected refusal: carries a code and the parameters of its sentence; never a stack trace to a person. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    super(sentence(code, "en", params));
    this.name = "Refusal";
    this.code = code;
    this.params = params;
  }
}

/** The plain sentence of a code with its parameters filled in. */
export function sentence(code: ErrorCode, language: "zh" | "en", params: Record<string, string | number> = {}): string {
  return errorTable[code][language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? "—"));
}
