/** Motion: every sentence says what clears the refusal. Each code has an HTTP status and a sentence in both languages. */
export const aisleErrors = {
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
  "area-locked": {
    status: 409,
    zh: "本区已挂锁（{who}），不能移动：请每个人各自取下自己的锁。",
    en: "This area is locked ({who}) and cannot move: each of them has to take off their own lock.",
  },
  "lock-not-held": {
    status: 409,
    zh: "{who} 挂在 {areaKey} 的锁没有存下，现在由另一个网关主控，它不知道这把锁：锁不再有效。还在通道里的人请立即出来，重新挂锁后再进入。",
    en: "The lock of {who} on {areaKey} was never stored, and another gateway, which does not know of it, leads by now: it no longer holds. Whoever is still inside comes out at once, and locks anew before going in.",
  },
  "area-lock-releasing": {
    status: 409,
    zh: "锁已全部取下，控制器正在解除禁止移动：请稍候；若一直如此，请主管按“解除”。",
    en: "All locks are off and the controller is taking back its inhibit: wait a moment; if it stays so, a supervisor can release it.",
  },
  "lock-already": {
    status: 409,
    zh: "您已在本区挂锁，无需再挂。",
    en: "Your lock is on this area already.",
  },
  "lock-none": {
    status: 409,
    zh: "本区没有您的锁，无需取下。",
    en: "None of the locks on this area is yours; there is nothing to take off.",
  },
  "lock-gone": {
    status: 409,
    zh: "这把锁已不在：请查看本区现在的锁。",
    en: "That lock is no longer on: look at the area's locks as they are now.",
  },
  "lock-yours": {
    status: 409,
    zh: "这是您自己的锁：请用“取下我的锁”。",
    en: "That lock is your own: take it off as your own.",
  },
  "lock-is-personal": {
    status: 403,
    zh: "锁属于个人：请用本人账号登录后操作，业务系统不能挂锁或取锁。",
    en: "A lock is a person's: sign in as yourself; systems can neither lock nor unlock.",
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
  "area-picture-old": {
    status: 409,
    zh: "控制器的画面可能已有 {ageS} 秒之久（允许 {limitS} 秒），因此不启动：网关与控制器之间的消息有延迟，请检查网络。",
    en: "The controller's picture may be {ageS} s old ({limitS} s are allowed), so nothing starts: messages between gateway and controller are late; check the network.",
  },
  "area-picture-unproven": {
    status: 409,
    zh: "无法证明控制器的画面是新的（它还没有回应网关的询问），因此不启动：请稍候再试；若一直如此，请检查网络。",
    en: "Nothing proves that the controller's picture is new (it has answered no question of the gateway yet), so nothing starts: try again in a moment; if it stays so, check the network.",
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
  "area-room-alarm": {
    status: 409,
    zh: "库房有报警（{alarm}），不能移动：请到现场查看；解除后还须在面板上按“复位”。",
    en: "There is an alarm in the room ({alarm}), nothing moves: go and look; once it is cleared, press Reset at the panel.",
  },
  "area-alarm": {
    status: 409,
    zh: "控制器报警（{alarm}）：请到现场检查，排除后在面板上按“复位”。",
    en: "The controller raises an alarm ({alarm}): look at the shelf, clear the cause, then press Reset at the panel.",
  },
  "command-not-ours": {
    status: 409,
    zh: "该指令属于已失效的控制权（第 {epoch} 期）：请重新下达指令。",
    en: "The command belongs to a control grant that has ended (epoch {epoch}): ask again.",
  },
  "controller-knows-later": {
    status: 409,
    zh: "控制器拒绝：它见过比第 {epoch} 期更新的控制权。若本数据库是新建的或从较早的备份恢复的，请停止网关，运行 guiwei lift-epochs 后再启动；否则有另一个网关在控制此区。",
    en: "The controller refused: it has seen a newer control grant than epoch {epoch}. If this database is new or was restored from an older backup, stop the gateway, run guiwei lift-epochs and start it again; otherwise another gateway drives this area.",
  },
  "command-duplicate": {
    status: 409,
    zh: "控制器已收到过同一编号的指令：请重新下达指令。",
    en: "The controller has seen this command number before: ask again.",
  },
  "command-expired": {
    status: 409,
    zh: "指令在有效期内没有开始执行，已作废：请检查连接后重新下达。连接正常仍反复出现时，数据库可能落后于控制器：停止网关，运行 guiwei lift-epochs。",
    en: "The command did not start in time and has lapsed: check the connection, then ask again. If it goes on with a good connection, the database may be behind the controller: stop the gateway and run guiwei lift-epochs.",
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
  "inhibit-here-only": {
    status: 503,
    zh: "网关已禁止移动该区；控制器未接到通知，其面板仍可能移动：连接恢复、线路空闲后请再次按下禁止移动。",
    en: "The gateway moves nothing here any more; the controller could not be told, so its panel may still move: inhibit again when it is connected and the line is free.",
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
  "motion-under-lock": {
    status: 409,
    zh: "本区已挂锁（{who}），架体却在移动，已发送停止：请立即到现场查看。",
    en: "The area is locked ({who}) and its carriages moved all the same; a stop was sent: look at the shelf at once.",
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
  "aisle-differs": {
    status: 409,
    zh: "{aisle} 号通道使用后与账目不符，{findings} 处差异：打开前请先查看。",
    en: "Aisle {aisle} differs from the records after its last use (findings: {findings}): look before it opens again.",
  },
  "lead-unsure": {
    status: 503,
    zh: "本网关暂时不能确认自己仍是主控（数据库没有按时应答），不开始新的移动：请稍候再下达；持续出现请检查数据库和网络。",
    en: "This gateway cannot be sure just now that it still leads (the database did not answer in time), so nothing new begins: try again shortly; if it goes on, look at the database and the network.",
  },
  "lead-ending": {
    status: 503,
    zh: "本网关的主控权没有续期（数据库或网关自身没有按时应答），正在移动的已停止，不开始新的移动：请检查数据库和网络；恢复后在面板上按“复位”，再重新下达。",
    en: "This gateway's lead was not renewed (the database or the gateway itself did not answer in time): what moved was stopped and nothing begins. Look at the database and the network; then press Reset at the panel where something moved, and ask again.",
  },
  "motion-lead-lost": {
    status: 503,
    zh: "另一台网关已成为主控：本网关不再移动任何架体，请在主控网关上操作。",
    en: "Another gateway leads now: this one moves nothing any more. Use the console of the one that leads.",
  },
} as const;
