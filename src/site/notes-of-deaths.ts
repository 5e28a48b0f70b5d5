/** S14: what happens in the seconds in which the motion process is dead or held, depending on what the controller then does. */
import { backInMs, beatLostMsMax, silentMotionMs } from "../contract/motion-away.ts";
import { protocols } from "./protocols.ts";

interface Note {
  en: string;
  zh: string;
}

const backS = backInMs / 1000;
const heldS = (silentMotionMs + backInMs) / 1000;

/** Null for protocols that no shelf controller speaks. */
export function noteOfDeath(protocol: string): Note | null {
  const facts = protocols[protocol];
  if (!facts?.kinds.includes("shelf")) return null;
  return facts.cannotKeep.includes("S14") ? rollsOn(protocol) : stopsAlone(protocol);
}

function stopsAlone(protocol: string): Note {
  return {
    en: `when the gateway's motion control dies or hangs while carriages move, a ${protocol} controller stops them by itself within ${beatLostMsMax} ms without a beat; nothing goes on by itself`,
    zh: `移动过程中，若网关的移动控制进程终止或挂起，${protocol} 控制器在收不到心跳 ${beatLostMsMax} 毫秒内自行停止；之后不会自行继续`,
  };
}

function rollsOn(protocol: string): Note {
  return {
    en: `${protocol} keeps no beat: when the gateway's motion control dies while carriages move, they go on to the end of their travel or until the STOP that the next one sends first, on a quiet machine within about ${backS} s, about ${heldS} s where it hangs; nobody stops them where the whole machine or the line dies. Meanwhile none of the rules that the gateway keeps instead of the controller holds: only trip edges, beams and the emergency stop at the shelf do`,
    zh: `协议 ${protocol} 没有心跳：移动过程中，若网关的移动控制进程终止，架体会继续移动，直到走完行程，或直到重新启动的进程首先发出停止（空闲的机器上约 ${backS} 秒；进程挂起时约 ${heldS} 秒）；整台机器或线路失效时则无人停止。其间由网关代为执行的规则均不起作用，只有安全边条、光幕和现场急停有效`,
  };
}
