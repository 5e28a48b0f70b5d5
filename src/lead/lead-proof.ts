/**
 * A caller about to begin a motion waits for a renewal sent after its request. A virtual machine may be frozen with all its
 * clocks (QEMU stops kvm-clock with it, commit 00f4d64ee76e); when it resumes, a lead that ran out long ago looks a moment old.
 */
export interface LeadProof {
  /** The number of a renewal that is sent now. */
  sending(): number;
  answered(no: number, isOurs: boolean): void;
  /** The lead is no longer sure: all waiting callers get false. */
  none(): void;
  isAwaited(): boolean;
  ask(): Promise<boolean>;
}

export function leadProof(): LeadProof {
  let sent = 0;
  const waiting = new Set<{ after: number; tell(isLed: boolean): void }>();
  function answered(no: number, isOurs: boolean): void {
    for (const one of waiting) {
      if (isOurs && no <= one.after) continue;
      waiting.delete(one);
      one.tell(isOurs);
    }
  }
  return {
    sending: () => ++sent,
    answered,
    none: () => answered(sent, false),
    isAwaited: () => waiting.size > 0,
    ask: () => new Promise((tell) => void waiting.add({ after: sent, tell })),
  };
}
