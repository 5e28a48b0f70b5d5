/** Users of a broker under test: readers, a shelf controller, the motion process. All have the same password. */
import { createHash } from "node:crypto";
import type { BrokerRights } from "../../src/devices/broker/rights.ts";

export const password = "only for tests";
export const shelf = "archive/v1/s/r1/shelf/shelf-2";
export const shelfState = `${shelf}/state`;
export const shelfCommand = `${shelf}/cmd`;
export const tagsOf = (readerId: string) => `archive/v1/s/r1/reader/${readerId}/tag`;

export function brokerUsers(readers: number): { rights: BrokerRights[]; digests: Record<string, string> } {
  const rights: BrokerRights[] = [
    { username: "motion", read: [shelfState], write: [shelfCommand], isOwn: true },
    { username: "shelf-2", read: [shelfCommand], write: [shelfState], keep: [shelfState] },
    ...Array.from({ length: readers }, (_, i) => {
      const topic = tagsOf(`rd-${i}`);
      return { username: `rd-${i}`, read: [], write: [topic], reads: [topic] };
    }),
  ];
  const digest = createHash("sha256").update(password).digest("hex");
  return { rights, digests: Object.fromEntries(rights.map(({ username }) => [username, digest])) };
}

export const silentLog = { warn: () => {}, info: () => {} };
