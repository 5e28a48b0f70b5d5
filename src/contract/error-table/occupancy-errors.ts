/** People between the faces and the confirmation that the aisle is empty: every sentence says what clears the refusal. */
export const occupancyErrors = {
  "aisle-occupancy-unknown": {
    status: 409,
    zh: "无法确认 {aisle} 号通道内是否有人：请检查人数传感器；没有传感器的控制器须在站点文件中声明人员检测输入。",
    en: "Nobody can tell whether aisle {aisle} is empty: check the people sensors; a controller without any needs an occupancy input in the site file.",
  },
  "aisle-input-unknown": {
    status: 409,
    zh: "人员检测输入 {input} 没有读数，或读数已过期，按通道内有人处理：请检查传感器、输入模块和线路。",
    en: "Occupancy input {input} says nothing, or nothing new, which counts as somebody inside: check the sensor, its module and the cable.",
  },
  "aisle-input-not-confirmed": {
    status: 409,
    zh: "架体上次移动之后，或有人进出之后，尚未在现场确认无人：请走到打开的通道处，使传感器感应到您，看清通道内无人后退出，按确认按钮，再重新下达指令。",
    en: "Since the carriages last moved, or somebody was seen, nobody has confirmed at the shelf that it is empty: go to the open aisle so that its sensor sees you, look that nobody is inside, step out, press the confirm button, then ask again.",
  },
  "aisle-input-unproven": {
    status: 409,
    zh: "确认按钮不起作用：架体上次移动之后，打开的通道的传感器没有感应到任何人，无法证明它有效。请先经过传感器再按；若仍不行，请检查传感器。",
    en: "The confirm button does nothing: the open aisle's sensor has seen nobody since the carriages last moved, so nothing proves that it works. Pass it first, then press; if that does not help, check the sensor.",
  },
} as const;
