/** Rules for what may move, by which command, and where to. */
import type { SafetyRule } from "./safety-rule.ts";

export const motionRules = {
  S6: {
    name: { zh: "每区只开一个通道", en: "one open aisle an area" },
    demand: {
      zh: "每个区同时只有一个打开的通道。所支持的协议都只能表示一个，所以场地文件声明更多时不予接受：请拆分为多个区。",
      en: "Each area has one open aisle at a time. No supported protocol can tell more, so a site file that declares more is refused: describe it as several areas.",
    },
    wire: null,
    keptBy: ["src/site/check-area.ts"],
    tests: [
      ["src/site/check-site.test.ts", "each fault is named with its line"],
      ["src/shelving/rules-start.test.ts", "S6, S11 one motion"],
    ],
    source: {
      zh: "自定规则：没有一种所支持的协议能表示一个以上。只见于一份公开文字：DGUV Regel 108-007，4.3.5.10.2 第 3 项，没有安全边条的货架每次只许打开一个通道。",
      en: "Our own rule, because no supported protocol can tell more than one. In one public text only: DGUV Rule 108-007, 4.3.5.10.2 no. 3, has one open aisle at a time as the condition for shelving without trip edges.",
    },
  },
  S11: {
    name: { zh: "每区同时一个动作", en: "one motion at a time" },
    demand: {
      zh: "每个区同时只进行一个移动；第二个请求被拒绝，并说明正在做什么。一个控制器只控制一个区。",
      en: "An area does one motion at a time; a second request is refused and told what is under way. One controller drives one area.",
    },
    wire: null,
    keptBy: ["src/shelving/guards.ts", "src/shelving/area-state.ts", "src/site/check-site.ts"],
    tests: [
      ["src/shelving/rules-start.test.ts", "S6, S11 one motion"],
      ["src/site/check-site.test.ts", "each fault is named with its line"],
      ["simulators/shelf/rig.test.ts", "runs one motion at a time"],
    ],
    source: {
      zh: "自定规则：两个人在两处同时请求时，第二个动作会使第一个所依据的位置、警示和最后一看都不再成立。",
      en: "Our own rule, because with two people asking at two places a second motion undoes what the first was judged by: positions, warning and last look.",
    },
  },
  S14: {
    name: { zh: "心跳一停就停", en: "no heartbeat, no motion" },
    demand: {
      zh: "命令有效期间网关每 100 毫秒发一次心跳；控制器 500 毫秒没有收到就停。移动另有时限，超时即停。关掉浏览器不会停止任何东西：命令属于网关。",
      en: "While a command holds, the gateway beats every 100 ms; a controller that has heard none for 500 ms stops. A motion also has a time limit, after which it is stopped. Closing a browser stops nothing: the command is the gateway's.",
    },
    wire: {
      carries: { zh: "心跳，以及心跳丢失联锁", en: "a heartbeat, and an interlock for its loss" },
      without: {
        by: "gateway",
        zh: "移动进程死亡后，接替它的先发停止（空闲的机器上约 1 秒内，进程挂起时约 6 秒）；在那之前架体会走完这一程，网关代为保证的其他各项也无人保证",
        en: "when the motion process dies, the one after it sends STOP first (within about 1 s on a quiet machine, about 6 s where it hangs); until then the carriages go on to the end of that travel, and nobody keeps what else the gateway keeps instead",
      },
    },
    keptBy: [
      "src/shelving/guards.ts",
      "src/motion/motion-core.ts",
      "src/aisles/rolls-on.ts",
      "src/contract/ports.ts",
      "src/contract/motion-away.ts",
      "firmware-protocols/archive-mqtt/payloads/shelf-beat.ts",
      "simulators/shelf/state.ts",
    ],
    tests: [
      ["src/shelving/rules-stop.test.ts", "S14 heartbeat and time limits"],
      ["simulators/shelf/rig.test.ts", "stops by trip and by heartbeat with nobody on the line"],
      ["tests/faults/kill-opening.test.ts", "stops alone, stays where it is after the restart"],
      ["tests/faults/deaths-while-opening.test.ts", "motion is killed: the shelves stop by themselves"],
      ["tests/faults/beatless-controller.test.ts", "STOP is the first command of the next motion"],
    ],
    source: {
      zh: "自定规则：没有人驾驶的架体不应继续移动。只见于一份公开文字：欧盟机械指令 2006/42/EC 附件一 1.2.1，无线控制时，收不到正确的控制信号，包括通信中断，必须自动停止。数值是本项目自定的。",
      en: "Our own rule, because carriages that nobody drives must not go on. In one public text only: Directive 2006/42/EC, Annex I, 1.2.1, has an automatic stop for cable-less control when correct signals are not received, loss of communication included. The figures are our own.",
    },
  },
  S15: {
    name: { zh: "命令过时作废", en: "a command expires" },
    demand: {
      zh: "移动命令带编号、纪元、最迟启动时间（按下后至多 2 秒）和预期的位置；过时、重复、纪元不对、位置不符的，控制器拒绝。网关只凭已证明不超过 1.5 秒的状态启动。一天以前的命令重放，什么也不会动。",
      en: "A motion command carries an id, an epoch, its latest start (2 s after the press at most) and the position it expects; the controller refuses what is stale, a duplicate, of another epoch or of another position. The gateway starts nothing by a state that is not proven to be 1.5 s old at most. A command of yesterday that is replayed moves nothing.",
    },
    wire: {
      carries: {
        zh: "命令编号、纪元、有效时间、预期打开的通道，以及最后一条命令的结果",
        en: "command id, epoch, time to live, expected open aisle, and what became of the last command",
      },
      without: {
        by: "gateway",
        zh: "网关在写入之前自己检查，命令只写一次、从不重发；已在线路上迟到的命令，控制器仍会执行",
        en: "the gateway checks all of it before it writes, and writes a command once, never again; one that is late on the line is obeyed all the same",
      },
    },
    keptBy: [
      "src/shelving/wish-guards.ts",
      "src/shelving/picture-proof.ts",
      "src/shelving/guards.ts",
      "src/shelving/advance-area.ts",
      "src/contract/shelf.ts",
      "src/site/site-notes.ts",
      "firmware-protocols/register-maps/encode-steps.ts",
      "simulators/shelf/take-command.ts",
    ],
    tests: [
      ["src/shelving/rules-stop.test.ts", "S15 id, epoch, expiry, expected position"],
      ["src/shelving/rules-wish.test.ts", "S15 the moment of a wish is the moment of asking"],
      ["src/shelving/rules-picture.test.ts", "S15 a start needs a picture that is proven young"],
      ["simulators/shelf/rig.test.ts", "refuses stale, duplicate, wrong epoch, wrong position"],
      ["simulators/shelf/rig.test.ts", "moves nothing when a day-old command is replayed"],
    ],
    source: {
      zh: "IEC 61784-3 列出的通信错误（重复、次序错误、不可接受的延迟、插入、伪装）及其对策：序号、时间期望、回执、连接识别。2 秒是本项目自定的。",
      en: "The communication errors of IEC 61784-3 (repetition, wrong sequence, unacceptable delay, insertion, masquerade) and their measures: sequence number, time expectation, receipt, authentication of the connection. The 2 s are our own.",
    },
  },
  S16: {
    name: { zh: "超速要报", en: "over-speed is flagged" },
    demand: {
      zh: "驱动器自身限速（通常 0.03 至 0.08 米/秒），超速要报。报超速时网关保持不动；比 120 毫米/秒还快的位置变化不予采信。",
      en: "The drive limits the speed by itself (0.03 to 0.08 m/s as a rule) and over-speed is flagged. On the flag the gateway holds; positions that change faster than 120 mm/s are not believed.",
    },
    wire: {
      carries: { zh: "超速报警、各列位置", en: "an over-speed alarm, the columns' positions" },
      without: {
        by: "shelving",
        zh: "网关看不见速度：只有驱动器自身的限速",
        en: "the gateway sees no speed: the drive's own limit is alone",
      },
    },
    keptBy: [
      "src/shelving/guards.ts",
      "src/shelving/on-status.ts",
      "src/shelving/area-rules.ts",
      "src/contract/shelf.ts",
    ],
    tests: [["src/shelving/rules-start.test.ts", "an alarm of the controller is told once"]],
    source: {
      zh: "自定规则：安全边条的停止距离（S2）只在限速之内成立。数值是通常的设备参数，不是标准条文。",
      en: "Our own rule, because the stopping distance of an edge (S2) holds only within the limit. The figures are usual ones of such drives, no clause of a standard.",
    },
  },
  S18: {
    name: { zh: "间隙和通道不小于限值", en: "gaps and aisles wide enough" },
    demand: {
      zh: "合拢的列之间留出至少 25 毫米，不夹手指；打开的通道至少 0.75 米。会使打开的通道更窄的目标，在发送之前就被拒绝。",
      en: "Closed columns leave 25 mm at least, so that no finger is crushed; an open aisle has 0.75 m at least. A target that leaves less is refused before anything is sent.",
    },
    wire: {
      carries: { zh: "各列位置", en: "the columns' positions" },
      without: {
        by: "gateway",
        zh: "网关只按场地文件的几何计算，看不见列实际停在哪里",
        en: "the gateway reckons by the geometry of the site file alone and does not see where the columns really stand",
      },
    },
    keptBy: [
      "src/site/check-area.ts",
      "src/shelving/plan-opening.ts",
      "src/shelving/guards.ts",
      "src/shelving/plausible-status.ts",
      "simulators/shelf/state.ts",
    ],
    tests: [
      ["src/shelving/plan-opening.test.ts", "S18 is refused before anything is asked of a controller"],
      ["src/shelving/rules-start.test.ts", "S18 geometry"],
      ["src/site/check-site.test.ts", "each fault is named with its line"],
      ["simulators/shelf/rig.test.ts", "refuses stale, duplicate, wrong epoch, wrong position"],
    ],
    source: {
      zh: "25 毫米：DGUV Regel 108-007，4.3.5.5；EN 349（现为 ISO 13854）对手指相同。0.75 米只见于一份公开文字：DGUV Regel 108-007，4.3.5.10.2 第 3 项，对没有安全边条的货架。",
      en: "25 mm: DGUV Rule 108-007, 4.3.5.5, and EN 349 (now ISO 13854) for fingers. 0.75 m in one public text only: DGUV Rule 108-007, 4.3.5.10.2 no. 3, for shelving without trip edges.",
    },
  },
} satisfies Record<string, SafetyRule>;
