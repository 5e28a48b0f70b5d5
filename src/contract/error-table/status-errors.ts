/** Implausible statuses of a controller, requests that came too late, and clocks: each sentence says what clears it. */
export const statusErrors = {
  // Late requests: the age of a request counts from the press of the button.
  "request-too-old": {
    status: 409,
    zh: "指令在 {ageS} 秒前下达，已超时，未执行：请确认现场后重新下达。",
    en: "This was asked {ageS} s ago, which is too long: nothing moved. Look at the shelf, then ask again.",
  },
  "request-overtaken": {
    status: 409,
    zh: "指令下达之后又有{heldBy}，指令已作废：请确认现场后重新下达。",
    en: "After this was asked there was {heldBy}, so it has lapsed: look at the shelf, then ask again.",
  },
  "clock-gap": {
    status: 409,
    zh: "网关时钟与实际经过的时间相差 {gapS} 秒（时钟被调整或主机曾休眠），等待中的指令已全部作废：请检查时间源，然后重新下达。",
    en: "The gateway's clock and the time that passed parted by {gapS} s (it was set, or the machine slept); every waiting request has lapsed: check the time source, then ask again.",
  },
  "time-not-synchronised": {
    status: 503,
    zh: "网关主机的时间已超过 {minutes} 分钟没有与时间服务器同步：日志时间可能有误，控制器可能拒收指令。请检查主机的 NTP（chrony 或 systemd-timesyncd）和网络。",
    en: "The gateway's machine has followed no time server for over {minutes} minutes: times in the journal may be wrong and controllers may refuse commands. Check its NTP (chrony or systemd-timesyncd) and the network.",
  },
  "time-off": {
    status: 503,
    zh: "网关主机的时钟与其时间源相差 {offsetS} 秒：请检查主机的 NTP，改正前控制器可能拒收指令。",
    en: "The gateway machine's clock is {offsetS} s away from its time source: check its NTP; until it is right controllers may refuse commands.",
  },
  "facts-set-aside": {
    status: 503,
    zh: "数据库拒收了 {count} 条移动控制记录，已另存于 DATA_DIR/motion，不在日志中；下次启动时会再试。请检查数据库的表和权限（程序日志中有原因），然后重启网关。",
    en: "The database refused {count} records of motion control; they are kept in DATA_DIR/motion and are not in the journal, and are tried again at the next start. Check the database's tables and rights (the program's log says why), then restart the gateway.",
  },
  "motion-not-ended": {
    status: 503,
    zh: "移动控制进程（pid {pid}，状态 {state}）无法结束：系统仍占着它（多为串口驱动或磁盘不应答）。它消失之前不会开始任何移动，也没有人能代它停止：请用现场的急停，检查该设备，必要时重启这台机器。",
    en: "The motion process (pid {pid}, state {state}) cannot be ended: the system still holds it, most often in a serial driver or on a disk that does not answer. Nothing begins to move until it is gone, and nobody can stop for it: use the emergency stop at the shelves, look at that device, restart this machine if need be.",
  },
  "upkeep-failing": {
    status: 503,
    zh: "内置数据库的后台维护（清理、检查点）连续 {times} 次失败：数据仍在，但文件会不断变大，断电后的启动会变慢。请看程序日志中的原因，检查磁盘，然后重启网关。",
    en: "The embedded database's own upkeep (vacuum, checkpoint) failed {times} times in a row: nothing is lost, but its files grow and a start after a crash takes longer. The program's log says why: look at the disk, then restart the gateway.",
  },
  "sweep-failing": {
    status: 503,
    zh: "过期的会话、一次性口令和请求记录连续 {times} 次未能清除：它们不再有效，但会占用空间。程序日志中有原因；请检查数据库。",
    en: "Sessions, one-time codes and request keys that are over could not be deleted {times} times in a row: they count no more, but take space. The program's log says why; look at the database.",
  },
  "command-expired-clocks": {
    status: 409,
    zh: "控制器认为指令已过期，因为它的时钟与网关相差 {skewS} 秒：请校准控制器和网关的时间，然后重新下达。",
    en: "The controller takes the command for expired because its clock and the gateway's differ by {skewS} s: set both right, then ask again.",
  },
  "device-clock-wrong": {
    status: 503,
    zh: "设备 {device} 的时钟与网关相差 {skewS} 秒：请检查设备的时间源（NTP）。",
    en: "The clock of {device} differs from the gateway's by {skewS} s: check its time source (NTP).",
  },
  "device-pictures-late": {
    status: 503,
    zh: "设备 {device} 的状态到达网关时已有约 {ageS} 秒之久：网关与它之间的消息有延迟，期间不启动任何移动。请检查网络和消息服务器。（至今有 {wrong} 条状态带回的询问不对：从未问过、太旧或倒退。）",
    en: "States of {device} are about {ageS} s old when they are here: messages between it and the gateway are late, and nothing starts meanwhile. Check the network and the broker. ({wrong} states so far carried back a question that was never asked, is long past, or went back.)",
  },
  "device-hears-no-question": {
    status: 503,
    zh: "设备 {device} 收不到网关的询问，因此无法证明其画面是新的，不启动任何移动（至今有 {wrong} 条状态带回的询问不对）：请检查网络和消息服务器；若 Mosquitto 的权限文件来自旧版本，请用 guiwei mosquitto-files 重新生成。",
    en: "{device} hears none of the gateway's questions, so nothing proves that its picture is new and nothing starts ({wrong} states so far carried back a wrong one): check network and broker; if Mosquitto's rights are of an older version, make its files anew with guiwei mosquitto-files.",
  },
  "device-cannot-echo": {
    status: 503,
    zh: "设备 {device} 的固件不回应网关的询问（heardAsk）：若其消息从开机起就一直延迟，网关无法察觉，可能按旧画面启动。请升级固件。",
    en: "The firmware of {device} carries no question back (heardAsk): messages that are late ever since it started pass for new, and a start may go by an old picture. Upgrade the firmware.",
  },
  "device-clock-or-late": {
    status: 503,
    zh: "设备 {device} 的时刻与网关相差 {skewS} 秒：是时钟不准还是消息延迟，其固件（不回应询问）无法区分。请检查它的时间源（NTP）和网络，并升级固件。",
    en: "The moments of {device} differ from the gateway's by {skewS} s: with this firmware, which carries no question back, a wrong clock cannot be told from late messages. Check its time source (NTP) and the network, and upgrade it.",
  },
  // Resets.
  "area-reset-impossible": {
    status: 409,
    zh: "本区已停止，而该控制器无法显示复位：请在站点文件中为本区声明复位输入（resetInputs），并在现场操作该按钮或钥匙。",
    en: "The area is stopped and its controller cannot show a reset: name a reset input for it in the site file (resetInputs) and operate that button or key at the shelf.",
  },
  // Implausible statuses: nothing may start until plausible ones come.
  "status-boot-again": {
    status: 409,
    zh: "控制器状态自相矛盾：启动编号 {bootId} 早已结束却再次出现。可能有两台设备使用同一地址，请检查。",
    en: "The controller contradicts itself: boot {bootId} was over and speaks again. Perhaps two devices share one address: check them.",
  },
  "status-older": {
    status: 409,
    zh: "控制器状态自相矛盾：第 {seq} 条晚于第 {seqBefore} 条到达，是旧状态。请检查网络和设备。",
    en: "The controller contradicts itself: message {seq} came after {seqBefore}, so it is an old one. Check network and device.",
  },
  "status-same-number": {
    status: 409,
    zh: "控制器状态自相矛盾：第 {seq} 条出现了两次且内容不同。可能有两台设备使用同一名称，请检查。",
    en: "The controller contradicts itself: message {seq} came twice and says two things. Perhaps two devices share one name: check them.",
  },
  "status-column-missing": {
    status: 409,
    zh: "控制器状态不完整：缺少第 {column} 列。请核对站点文件与控制器。",
    en: "The controller's state is incomplete: column {column} is missing. Compare site file and controller.",
  },
  "status-column-doubled": {
    status: 409,
    zh: "控制器状态自相矛盾：第 {column} 列出现了两次。请检查控制器。",
    en: "The controller contradicts itself: it tells column {column} twice. Check the controller.",
  },
  "status-column-unknown": {
    status: 409,
    zh: "控制器报告了本区没有的第 {column} 列：请核对站点文件与控制器。",
    en: "The controller tells of column {column}, which this area does not have: compare site file and controller.",
  },
  "status-aisle-unknown": {
    status: 409,
    zh: "控制器报告打开的是 {aisle} 号通道，本区没有该通道：请核对站点文件与控制器。",
    en: "The controller says aisle {aisle} is open, which this area does not have: compare site file and controller.",
  },
  "status-position-missing": {
    status: 409,
    zh: "控制器称架体位置已知，却没有给出第 {column} 列的位置：请在面板上回零（复位）。",
    en: "The controller says that it knows where the carriages stand, but not where column {column} is: home it at the panel.",
  },
  "status-position-outside": {
    status: 409,
    zh: "控制器报告第 {column} 列位于 {mm} 毫米处，不在导轨允许的范围内：请检查编码器，并在面板上回零（复位）。",
    en: "The controller says column {column} stands at {mm} mm, where its rail does not let it be: check the encoder and home at the panel.",
  },
  "status-overlap": {
    status: 409,
    zh: "控制器报告第 {column} 列与第 {other} 列重叠，这不可能：请检查编码器，并在面板上回零（复位）。",
    en: "The controller says columns {column} and {other} overlap, which cannot be: check the encoders and home at the panel.",
  },
  "status-against-aisle": {
    status: 409,
    zh: "控制器状态自相矛盾：称打开的是 {openAisle} 号通道，但按架体位置 {aisle} 号通道宽 {widthMm} 毫米。请到现场检查。",
    en: "The controller contradicts itself: it says aisle {openAisle} is the open one, but by its carriages aisle {aisle} is {widthMm} mm wide. Look at the shelf.",
  },
  "status-too-fast": {
    status: 409,
    zh: "控制器报告第 {column} 列在 {ms} 毫秒内移动了 {mm} 毫米，快于导轨所能：请到现场检查，然后在面板上按“复位”。",
    en: "The controller says column {column} went {mm} mm in {ms} ms, faster than the rail allows: look at the shelf, then press Reset at the panel.",
  },
  "status-aisle-too-fast": {
    status: 409,
    zh: "控制器报告 {ms} 毫秒内打开的通道由 {from} 号变为 {aisle} 号，快于架体所能：请到现场检查，然后在面板上按“复位”。",
    en: "The controller says that within {ms} ms aisle {aisle} stands open instead of {from}, faster than carriages can: look at the shelf, then press Reset at the panel.",
  },
  "status-entries-back": {
    status: 409,
    zh: "控制器的进入计数由 {before} 倒退为 {entrySeq}，人数不可信：请检查人数传感器，确认无人后在面板上按“复位”。",
    en: "The controller's count of entries went back from {before} to {entrySeq}, so it cannot be believed: check the people sensors, see that nobody is inside, then press Reset at the panel.",
  },
  "status-count-impossible": {
    status: 409,
    zh: "控制器报告的人数或进入计数不可能（{detail}）：请检查人数传感器。",
    en: "The controller tells an impossible count of people or entries ({detail}): check the people sensors.",
  },
} as const;
