/** Ends of commands on their way into the database: kept until they are stored, because a row left open keeps the area busy. */
import type { House } from "../house.ts";
import { type Settlement, settleCommand } from "./command-row.ts";
import type { Ledger } from "./ledger.ts";

/** Ends that the database would not take; the oldest beyond this wait for the next start, which fails what it finds open. */
const waitingMax = 100;
const againEveryMs = 5_000;

export interface Settlements {
  /** Stores the end of a command, again and again if need be; settling twice changes nothing. */
  settle(settlement: Settlement): void;
  /** Tries what an earlier failure left, before something else asks for the area. */
  catchUp(): Promise<void>;
  close(): void;
}

export function openSettlements(house: House, ledger: Ledger): Settlements {
  const waiting = new Map<string, Settlement>();
  let cancel = () => {};

  async function storeAll(): Promise<void> {
    for (const [id, settlement] of waiting) {
      await settleCommand(house, settlement);
      waiting.delete(id);
    }
  }

  function tryLater(): void {
    cancel();
    cancel = house.clock.after(againEveryMs, () => {
      if (waiting.size === 0) return;
      ledger.write(storeAll);
      tryLater();
    });
  }

  return {
    settle(settlement) {
      waiting.set(settlement.commandId, settlement);
      const [oldest] = waiting.keys();
      if (waiting.size > waitingMax && oldest) waiting.delete(oldest);
      ledger.write(storeAll);
      tryLater();
    },
    async catchUp() {
      if (waiting.size === 0) return;
      ledger.write(storeAll);
      await ledger.written();
    },
    close: () => cancel(),
  };
}
