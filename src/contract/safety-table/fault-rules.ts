/** Rules for faults, fire and records. */
import type { SafetyRule } from "./safety-rule.ts";

export const faultRules = {
  S17: {
    name: { zh: "过力过流保持", en: "over-force and over-current latch" },
    demand: {
      zh: "力过大或电流过大时停住并保持，直到复位；不自动再试。走得太久也算过流。",
      en: "Too much force or current stops the motion and stays in force until a reset; nothing is tried again by itself. Travel that takes too long counts as such.",
    },
    wire: {
      carries: { zh: "过流联锁、触发联锁", en: "interlocks for over-current and for a trip" },
      without: {
        by: "shelving",
        zh: "网关看不见：只有控制器自身保持；网关从不重发移动命令",
        en: "the gateway does not see it: the controller's own latch is alone; the gateway never sends a motion again by itself",
      },
    },
    keptBy: ["src/shelving/guards.ts", "simulators/shelf/advance.ts"],
    tests: [["simulators/shelf/rig.test.ts", "restarts nothing by itself after stop, trip, over-current"]],
    source: {
      zh: "自定规则：压到东西之后再试一次，就是再压一次。只见于一份公开文字：IEC 60204-1，7.3.1，过热保护动作之后，可能造成危险时防止电动机自动重新启动。",
      en: "Our own rule, because trying again after having pressed on something presses on it again. In one public text only: IEC 60204-1, 7.3.1, prevents that a motor restarts by itself after protection against overheating, where that may be dangerous.",
    },
  },
  S21: {
    name: { zh: "火警和断电时保持", en: "fire and power loss hold" },
    demand: {
      zh: "火警或烟雾报警时，该库房所有区停住并保持，不自动合拢；解除之后还要在现场复位。断电时制动，来电后位置未知，回零之后才可移动。",
      en: "Fire or smoke stops and holds every area of the room; nothing closes by itself, and after it is over somebody resets at the shelf. A power cut lets the brakes bite; afterwards the position is unknown until the columns have been homed.",
    },
    wire: {
      carries: {
        zh: "是否已回零，火警、烟雾和断电报警",
        en: "whether it is homed, and alarms for fire, smoke and mains",
      },
      without: {
        by: "gateway",
        zh: "火警由库房的其他设备报来，网关和移动进程各听一遍；控制器断过电则看不见，网关每次启动后都要求复位",
        en: "fire is heard from other devices of the room, by the gateway and by the motion process each; a power cut of the controller is not seen, and the gateway asks for a reset after each start of its own",
      },
    },
    keptBy: [
      "src/shelving/on-room-alarm.ts",
      "src/shelving/guards.ts",
      "src/motion/room-fires.ts",
      "src/watch/room-alarms.ts",
      "src/contract/alarms.ts",
    ],
    tests: [
      ["src/shelving/rules-room-alarm.test.ts", "S21 fire or smoke that a device of the room calls out"],
      ["tests/flows/fire-heard-twice.test.ts", "the gateway is held: what moves stops at once"],
      ["simulators/shelf/rig.test.ts", "counts a mismatch and a power loss as occupied"],
    ],
    source: {
      zh: "自定规则：火警时没有人能证明每个通道都空着，合拢会困住人；断过电的列可能被推动过。",
      en: "Our own rule, because in a fire nobody can prove every aisle empty and closing traps whoever is inside, and columns without power may have been pushed.",
    },
  },
  S23: {
    name: { zh: "移动前检验传感器", en: "sensors are tested before each move" },
    demand: {
      zh: "每次移动之前，控制器用脉冲检验安全传感器，其中一个地址并不存在：总是说“无碍”的输入就此被发现。双通道不一致超过 0.5 秒算故障。孪生只检验脉冲，没有双通道。",
      en: "Before each move the controller tests its safety sensors with a pulse, one address that does not exist among them: an input that always says clear is found out. Two channels that disagree for more than 0.5 s are a fault. The twin shows the pulse; it has no second channel.",
    },
    wire: {
      carries: { zh: "传感器故障联锁", en: "an interlock for a sensor fault" },
      without: {
        by: "shelving",
        zh: "网关看不见：只有控制器自身的检验",
        en: "the gateway does not see it: the controller's own test is alone",
      },
    },
    keptBy: ["simulators/shelf/state.ts"],
    tests: [
      ["simulators/shelf/rig.test.ts", "looks a last time after the warning: stuck edges are found before motion"],
    ],
    source: {
      zh: "IEC 61496-1 的 2 型光幕要求周期性自检（厂家手册和选型说明）；美国专利 5,569,910（Spacesaver，没有收到回波脉冲就禁止移动）。不存在的地址和 0.5 秒是本项目自定的。",
      en: "IEC 61496-1 asks a periodic test of type 2 light curtains (a maker's manual, a selection guide); US patent 5,569,910 (Spacesaver: a pulse that does not come back forbids motion). The address that does not exist and the 0.5 s are our own.",
    },
  },
  S24: {
    name: { zh: "每个决定都有记录", en: "every decision is in the journal" },
    demand: {
      zh: "每个决定连同当时看到的输入写入日志，拒绝和尝试也写；报警 1 秒内出现在所有控制台。",
      en: "Every decision is in the journal with the inputs it saw, refusals and attempts too; an alarm is on all consoles within 1 s.",
    },
    wire: null,
    keptBy: [
      "src/aisles/store-facts.ts",
      "src/aisles/area-drive.ts",
      "src/shelving/area-state.ts",
      "src/shelving/on-status.ts",
      "src/contract/live.ts",
    ],
    tests: [["src/shelving/rules-start.test.ts", "S24 every decision is noted with what it saw"]],
    source: {
      zh: "IEC 62443-4-2，CR 2.8（可审计事件：时间、来源、类别、类型、编号、结果）。1 秒是本项目自定的。",
      en: "IEC 62443-4-2, CR 2.8 (auditable events: time, source, category, type, id, result). The second is our own.",
    },
  },
} satisfies Record<string, SafetyRule>;
