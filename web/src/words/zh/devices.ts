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
};
