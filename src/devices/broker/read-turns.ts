/**
 * RFID readers take turns: in one round of the event loop their sockets are read for a few milliseconds in total, then all other
 * sockets come first again. What waits meanwhile stays in the readers' sockets, and TCP slows them down.
 */
export interface ReadTurns {
  /** Whether a reader's socket may be read now; if not, `resume` is called when its turn comes. */
  mayRead(resume: () => void): boolean;
}

/** A controller's message waits for at most about twice this. */
const turnMsMax = 4;
const congestedMs = 5;

export interface TurnOptions {
  /** The gateway takes reads more slowly than they come; then they stay in the sockets. */
  isCongested?(): boolean;
  nowMs?(): number;
  msMax?: number;
}

export function readTurns(options: TurnOptions = {}): ReadTurns {
  const { isCongested = () => false, nowMs = () => performance.now(), msMax = turnMsMax } = options;
  /** In the order of asking. */
  const waiting = new Set<() => void>();
  let startMs = 0;
  let isOpen = false;
  let isResuming = false;

  function begin(): void {
    isOpen = true;
    startMs = nowMs();
    if (isCongested()) setTimeout(next, congestedMs);
    else setImmediate(next);
  }

  function next(): void {
    isOpen = false;
    if (waiting.size === 0) return;
    begin();
    if (isCongested()) return;
    isResuming = true;
    for (const resume of [...waiting]) {
      if (nowMs() - startMs >= msMax) break;
      waiting.delete(resume);
      resume();
    }
    isResuming = false;
  }

  return {
    mayRead(resume) {
      if (!isOpen) begin();
      // A newcomer goes behind those who already wait.
      if ((isResuming || waiting.size === 0) && nowMs() - startMs < msMax && !isCongested()) return true;
      waiting.add(resume);
      return false;
    },
  };
}
