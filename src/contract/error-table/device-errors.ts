/**
 * Links and devices: an integrator reads these in the device list and in `guiwei probe`. Each code has an HTTP status and a
 * sentence in both languages.
 */
export const deviceErrors = {
  // Links and devices, as an integrator reads them in the device list and in `guiwei probe`.
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
  "device-answers-late": {
    status: 503,
    zh: "设备 {device} 的应答太慢，其状态不可信：请检查总线是否过载、波特率和线路。",
    en: "Device {device} answers late, so its state is not believed: check the load of the bus, its speed and the cable.",
  },
  "device-clock-off": {
    status: 503,
    zh: "设备 {device} 的时钟与网关相差 {offS} 秒，其触点不可信：请为它设置时间服务器，并检查网关的时间。",
    en: "The clock of device {device} is {offS} s off the gateway's, so its contacts are not believed: give it a time server, and check the gateway's time.",
  },
  "input-active-at-start": {
    status: 503,
    zh: "设备 {device} 的 {channel} 号输入自首次读取起就是按下状态，不会复位：请检查钥匙是否未转回、线路是否短接。",
    en: "Input {channel} of device {device} has been active since it was first read and resets nothing: check for a key left turned or a wire that shorts.",
  },
  "input-stuck": {
    status: 503,
    zh: "设备 {device} 的 {channel} 号输入按下超过 {limitS} 秒，不算一次按下：请检查按钮、钥匙和线路。",
    en: "Input {channel} of device {device} has been active for more than {limitS} s, which is no press: check the button, the key and the wire.",
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
  "device-protocol-unknown": {
    status: 400,
    zh: "不支持的设备协议：{protocol}。",
    en: "Unknown device protocol: {protocol}.",
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
  "broker-drops": {
    status: 503,
    zh: "内嵌 MQTT 服务器丢弃了 {client} 的消息（{reason}，{count} 条）：检查该设备是否发送过多，或网关是否繁忙。",
    en: "The embedded MQTT broker dropped messages of {client} ({reason}, {count}): see whether it sends too much, or the gateway is busy.",
  },
  "alarm-without-sender": {
    status: 409,
    zh: "收到没有发送者的报警（{alarm}）：无法确认由谁发出，请立即到现场查看，并更新该设备的程序。",
    en: "An alarm came without its sender ({alarm}): nobody can tell which device it was. Go and look at once, and update that device.",
  },
  "device-alarm": {
    status: 409,
    zh: "{device} 报警（{alarm}）：请立即到现场查看。",
    en: "{device} raises an alarm ({alarm}): go and look at once.",
  },
} as const;
