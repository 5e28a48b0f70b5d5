/** A connection used only for questions about the lead: one not answered in time is given up, and asked again on a new one. */
import postgres, { type Sql } from "postgres";
import { type Clock, withTimeout } from "../clock/clock.ts";
import { DatabaseError } from "../storage/database-error.ts";

export interface LeadClient {
  /** Rejects after `msMax`; the next question then uses a new connection. */
  ask<T>(question: (sql: Sql) => Promise<T>, msMax: number): Promise<T>;
  close(): Promise<void>;
}

const connectSecondsMax = 5;
const statementMsMax = 8_000;
/** One to take the lead, one to end transactions that block it. */
const connectionsMax = 2;

const late = (msMax: number) =>
  new DatabaseError("database-unreachable", `PostgreSQL gave no answer within ${msMax} ms.`);

export function leadClient(url: string, clock: Clock): LeadClient {
  let sql: Sql | null = null;

  function open(): Sql {
    return postgres(url, {
      max: connectionsMax,
      connect_timeout: connectSecondsMax,
      connection: { application_name: "guiwei seeks lead", TimeZone: "UTC", statement_timeout: statementMsMax },
      onnotice: () => {},
    });
  }

  return {
    async ask(question, msMax) {
      sql ??= open();
      const asked = sql;
      const answer = question(asked);
      try {
        return await withTimeout(clock, answer, msMax, () => late(msMax));
      } catch (error) {
        answer.catch(() => {});
        if (sql === asked) sql = null;
        void asked.end({ timeout: 0 }).catch(() => {});
        throw error;
      }
    },
    async close() {
      const closing = sql;
      sql = null;
      await closing?.end({ timeout: 1 });
    },
  };
}
