/**
 * Notices that this process was stopped (SIGSTOP, a suspended machine, a debugger). Commands and states that waited in its
 * sockets meanwhile are old and must not be passed on as new.
 */
export interface HoldWatch {
  /** Call before reading anything. */
  wasHeld(): boolean;
  close(): void;
}

const tickMs = 250;

export function watchHold(monoMs: () => number, heldMsMax: number | null, onHeld: (heldMs: number) => void): HoldWatch {
  if (heldMsMax === null) return { wasHeld: () => false, close: () => {} };
  const limitMs = heldMsMax;
  let tickedMs = monoMs();
  function look(): boolean {
    const heldMs = monoMs() - tickedMs;
    if (heldMs <= limitMs) return false;
    tickedMs = monoMs();
    onHeld(heldMs);
    return true;
  }
  const timer = setInterval(() => {
    if (!look()) tickedMs = monoMs();
  }, tickMs);
  timer.unref();
  return { wasHeld: look, close: () => clearInterval(timer) };
}
