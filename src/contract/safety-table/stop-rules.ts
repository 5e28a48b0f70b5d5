/** Rules for stopping and staying stopped. */
import type { SafetyRule } from "./safety-rule.ts";

export const stopRules = {
  S1: {
    name: { zh: "每个前沿都有安全边条或光幕", en: "every front has a trip edge or beam" },
    demand: {
      zh: "每个活动列的左右前沿，在整个宽度上都有安全边条或光幕，离列的端头最多 100 毫米。场地文件逐列写明（tripEdges）；没有写明的，网关不启动。",
      en: "Each front of each mobile column has a trip edge or a light beam over its whole width, ending at most 100 mm from the column's ends. The site file names it column by column (tripEdges); the gateway does not start on one that is not named.",
    },
    wire: null,
    keptBy: ["src/site/check-area.ts", "src/site/schema.ts"],
    tests: [["src/site/check-site.test.ts", "each fault is named with its line"]],
    source: {
      zh: "DGUV Regel 108-007（原 BGR 234，2024 年撤销，内容并入 DGUV Information 208-061）4.3.5.10.2 第 1 项（100 毫米只见于这一份）；DGUV Information 208-006 第 14.4 节（整个宽度有效）。",
      en: "DGUV Rule 108-007 (BGR 234; withdrawn in 2024, its contents taken into DGUV Information 208-061), 4.3.5.10.2 no. 1 (the 100 mm in this text only); DGUV Information 208-006, 14.4 (effective over the whole width).",
    },
  },
  S2: {
    name: { zh: "触碰后 0.1 米内停住", en: "stands within 0.1 m of a touch" },
    demand: {
      zh: "安全边条或光幕触发后，该列最多再走 0.1 米就停住，无论速度、载荷和触发的时刻。这由架体自身的控制器和制动器保证，网关不参与。",
      en: "Once an edge or beam fires, the column stands after 0.1 m at most, whatever its speed, its load and the moment of the touch. The shelving's own controller and brakes do this; the gateway has no part in it.",
    },
    wire: null,
    keptBy: ["simulators/room/rail.ts", "simulators/shelf/rig.ts"],
    tests: [["simulators/shelf/rig.test.ts", "stands within 0.1 m of a touch"]],
    source: {
      zh: "DGUV Information 208-006 第 14.4 节（最多 0.1 米）；DGUV Regel 108-007，4.3.5.10.2 第 1 项（驱动立即断开）。",
      en: "DGUV Information 208-006, 14.4 (0.1 m at most); DGUV Rule 108-007, 4.3.5.10.2 no. 1 (the drive is switched off at once).",
    },
  },
  S3: {
    name: { zh: "不会自行重新启动", en: "nothing restarts by itself" },
    demand: {
      zh: "停止、触发、过流、断线、断电、重启之后，任何东西都不会自己再动：先有人在现场有意复位，再有一次新的请求。光幕恢复、重新连上、重发的命令都不算。",
      en: "After a stop, a trip, an over-current, a lost link, a power cut or a restart nothing moves again by itself: somebody resets it deliberately at the shelf, and then asks anew. A beam that is clear again, a link that is back or a command sent again is neither.",
    },
    wire: {
      carries: {
        zh: "每次启动都变的启动号，以及“已停止”状态",
        en: "a boot id that changes at each start, and a state “stopped”",
      },
      without: {
        by: "gateway",
        zh: "网关自己每次启动后都停用该区，直到看见复位；控制器自身的重启看不见",
        en: "the gateway keeps the area shut after each start of its own until it sees a reset; a restart of the controller is not seen",
      },
    },
    keptBy: [
      "src/shelving/turn.ts",
      "src/shelving/follow-stop.ts",
      "src/shelving/advance-area.ts",
      "src/shelving/guards.ts",
      "src/aisles/start-area.ts",
      "src/storage/schema/room.ts",
      "simulators/shelf/advance.ts",
    ],
    tests: [
      ["src/shelving/rules-stop.test.ts", "S3 nothing restarts by itself"],
      ["src/shelving/rules-reset-input.test.ts", "S3 a wired key"],
      ["simulators/shelf/rig.test.ts", "restarts nothing by itself after stop, trip, over-current"],
    ],
    source: {
      zh: "欧盟机械指令 2006/42/EC 附件一 1.2.3（重新启动只能由有意操作引起）；DGUV Regel 108-007，4.3.5.10.2 第 1 项（防止自动重新启动）。",
      en: "Directive 2006/42/EC, Annex I, 1.2.3 (restarting only by a voluntary act); DGUV Rule 108-007, 4.3.5.10.2 no. 1 (automatic restart is prevented).",
    },
  },
  S4: {
    name: { zh: "急停保持，松开不动", en: "an emergency stop latches" },
    demand: {
      zh: "急停按下后保持；旋出按钮不会使任何东西移动，也不是复位：还要在面板上复位。网关发出的停止同样保持：控制器显示已停止才算执行，在此之前反复发送，重新连上时也发送。",
      en: "An emergency stop stays in force; pulling the button out moves nothing and is no reset: that is one more act at the panel. A STOP sent by the gateway latches as well: it counts as followed only when the controller shows it, and is sent again until then, at every reconnect too.",
    },
    wire: {
      carries: { zh: "急停联锁，以及“已停止”状态", en: "an interlock for the emergency stop, and a state “stopped”" },
      without: {
        by: "gateway",
        zh: "停止命令写入并得到应答、且架体静止，才算执行；复位只认场地文件写明的接线按键（resetInputs），没有就一直停用",
        en: "a STOP counts as followed when it was written, answered and nothing runs; only a wired key that the site file names (resetInputs) resets it, and without one the area stays shut",
      },
    },
    keptBy: ["src/shelving/follow-stop.ts", "src/shelving/guards.ts", "simulators/shelf/panel-keys.ts"],
    tests: [
      ["src/shelving/rules-stop.test.ts", "S4 emergency stop"],
      ["simulators/shelf/rig.test.ts", "latches the emergency stop"],
    ],
    source: {
      zh: "欧盟机械指令 2006/42/EC 附件一 1.2.4.3；ISO 13850:2015（GB/T 16754-2021 等同采用）：急停优先于一切功能，在按下处复位，复位只允许而不引起启动。",
      en: "Directive 2006/42/EC, Annex I, 1.2.4.3; ISO 13850:2015 (GB/T 16754-2021 is identical): it overrides every other function, is reset where it was pressed, and a reset permits a restart without causing one.",
    },
  },
  S5: {
    name: { zh: "没有网关也能停", en: "stops without the gateway" },
    demand: {
      zh: "网关、网络、数据库都不工作时，停止和触发照样有效：架体的控制器自己停。网关的停止命令排在一切之前，没有任何条件，不会被拒绝；网关忙或停住时，停止仍有自己的一道门。",
      en: "Stop and trip work with gateway, network and database dead: the shelving's controller stops alone. A STOP of the gateway goes before everything queued, has no conditions and is never refused; while the gateway is busy or held, STOP has a door of its own.",
    },
    wire: null,
    keptBy: [
      "simulators/shelf/advance.ts",
      "src/shelving/guards.ts",
      "src/devices/bus/queues.ts",
      "src/stop-door/answer-press.ts",
    ],
    tests: [
      ["simulators/shelf/rig.test.ts", "stops by trip and by heartbeat with nobody on the line"],
      ["src/shelving/rules-stop.test.ts", "S5 STOP is always sent, first"],
      ["src/devices/bus/bus.test.ts", "lets STOP overtake 50 queued status polls"],
      ["tests/faults/stop-door.test.ts", "the gateway is held while an aisle opens"],
    ],
    source: {
      zh: "欧盟机械指令 2006/42/EC 附件一 1.2.4.1（停止优先于启动）；IEC 60204-1，9.2.3（停止功能优先于相应的启动功能）。",
      en: "Directive 2006/42/EC, Annex I, 1.2.4.1 (stop has priority over start); IEC 60204-1, 9.2.3 (stop functions override the related start functions).",
    },
  },
  S8: {
    name: { zh: "旁路只在控制柜上", en: "a bypass only at the cabinet" },
    demand: {
      zh: "旁路、解除保护、复位都只能在现场控制柜上做，会显示、会失效；没有任何远程接口，协议里有的也不发送。",
      en: "Bypassing, lifting a protection and resetting are done at the cabinet alone, are shown there and end by themselves; no interface does it from afar, and what a protocol offers of it is never sent.",
    },
    wire: null,
    keptBy: ["firmware-protocols/register-maps/fatek-njust.ts", "firmware-protocols/register-maps/PROTOCOL.md"],
    tests: [["firmware-protocols/register-maps/round-trip.test.ts", "fatek-njust never presses UNLOCK or MANUAL"]],
    source: {
      zh: "欧盟机械指令 2006/42/EC 附件一 1.2.5（停用防护装置只能在可锁定的选择开关之下、持续操纵、降低风险地进行）；只见于一份公开文字：DGUV Regel 108-007，4.2.10.7（旁路开关须为自动复位的钥匙开关，装在平常够不到的地方）。",
      en: "Directive 2006/42/EC, Annex I, 1.2.5 (a protective device is disabled only under a selector that can be locked, by sustained action, at reduced risk); in one public text only: DGUV Rule 108-007, 4.2.10.7 (a switch that bypasses it is a key switch that returns by itself, out of the usual reach).",
    },
  },
} satisfies Record<string, SafetyRule>;
