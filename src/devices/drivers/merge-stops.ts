/**
 * A STOP pressed while one is being written is sent right after it; further presses meanwhile share that one. So a thousand
 * presses never fill the line, and after each press there is a STOP on the wire that began later.
 */
export function mergeStops(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function begin(): Promise<void> {
    const mine = write().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  }

  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  };
}
