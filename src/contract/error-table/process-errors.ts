/** The motion process or the gateway is away, is ending or is restarting. */
export const processErrors = {
  "motion-away": {
    status: 503,
    zh: "移动控制进程没有应答，指令未执行：请稍候再下达；停止请按货架上的急停，没有心跳的控制器此时不会自行停止。",
    en: "Motion control does not answer, nothing was done: try again shortly; to stop, use the emergency stop at the shelf, for a controller without a beat does not stop by itself now.",
  },
  "motion-away-beat": {
    status: 503,
    zh: "移动控制进程没有应答，正在恢复：本区控制器收不到心跳，{limitMs} 毫秒内自行停止。停止请按货架上的急停。",
    en: "Motion control does not answer and is being brought back: without its beat this area's controller stops by itself within {limitMs} ms. To stop, use the emergency stop at the shelf.",
  },
  "motion-away-rolls": {
    status: 503,
    zh: "移动控制进程没有应答，正在恢复：本区控制器没有心跳，正在移动的架体会继续移动，直到恢复后首先发出的停止（空闲的机器上约 {backS} 秒，进程挂起时约 {heldS} 秒）。请勿进入通道；停止请按货架上的急停。",
    en: "Motion control does not answer and is being brought back: this area's controller keeps no beat, so carriages that move go on until the STOP that is sent first then (on a quiet machine within about {backS} s, about {heldS} s where it hangs). Keep out of the aisles; to stop, use the emergency stop at the shelf.",
  },
  "motion-not-started": {
    status: 503,
    zh: "移动控制进程无法启动：{detail}",
    en: "Motion control could not be started: {detail}",
  },
  "motion-restarted": {
    status: 503,
    zh: "移动控制进程已重新启动，指令已中断，控制器收不到心跳已自行停止，不会自行继续：请在面板上确认后重新下达。",
    en: "Motion control was restarted: the command was interrupted, the controller stopped by itself without its beat, and nothing goes on by itself. Confirm at the panel, then ask again.",
  },
  "motion-restarted-rolls": {
    status: 503,
    zh: "移动控制进程已重新启动，指令已中断：该控制器没有心跳，架体继续移动，直到重新启动后首先发出的停止。请到现场查看架体停在何处，复位后重新下达。",
    en: "Motion control was restarted and the command was interrupted: this controller keeps no beat, so the carriages went on until the STOP that was sent first. Look at the shelf where they stand, reset, then ask again.",
  },
  "gateway-ending": {
    status: 503,
    zh: "网关正在退出，未能执行：没有挂锁，也没有移动。请等它重新启动后再操作；此刻请勿进入列间。",
    en: "The gateway is ending, so this was not done: no lock is on, nothing moved. Ask again when it is back, and keep out of the aisles until then.",
  },
  "gateway-restarted": {
    status: 503,
    zh: "网关重新启动，指令已中断且不会自行继续：请在面板上确认后重新下达。",
    en: "The gateway restarted, the command was interrupted and does not go on by itself: confirm at the panel, then ask again.",
  },
} as const;
