export const devices = {
  title: "设备",
  fine: "工作正常。",
  kind: {
    reader: "读写器",
    shelf: "密集架控制器",
    climate: "温湿度传感器",
    lights: "指示灯",
    input: "开关量输入",
    broker: "MQTT 服务器",
  },
  state: { up: "正常", degraded: "降级", down: "故障" },
  upCount: "{{up}} / {{all}} 正常",
  none: "站点文件中没有设备。",
  time: {
    title: "主机时间",
    state: { synchronised: "已与时间源同步", "not-synchronised": "未与时间源同步", unknown: "不知道是否同步" },
    by: "依据 {{source}}；",
    offset: "偏差 {{offset}} 秒；",
    since: "自 {{at}}",
    unknownHelp:
      "主机上没有能回答的程序（chronyc、timedatectl）。不知道不等于正确：请自行确认主机已对时；在容器中可只读挂载 /run/systemd/timesync。",
  },
};
