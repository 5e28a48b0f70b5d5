import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeTime, readTimedatectl, readTracking } from "./time-source.ts";

const tracking = (offset = "0.000012345", leap = "Normal") =>
  `A29FC801,162.159.200.1,3,1759180000.123456789,${offset},0.000003216,0.000030721,5.171,0.023,0.313,0.031503677,0.001528731,1040.9,${leap}\n`;
const nothing = { chrony: null, timedatectl: null, timesyncdAtMs: null };
const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;

describe("what the machine says of its time", () => {
  it("reads chrony's offset and whether it follows anybody", () => {
    expect(readTracking(tracking("-1.5"))).toEqual({ isSynced: true, offsetMs: 1500 });
    expect(readTracking(tracking("0.0", "Insert second"))).toMatchObject({ isSynced: true });
    expect(readTracking(tracking("0.000000000", "Not synchronised"))).toEqual({ isSynced: false, offsetMs: null });
    expect(readTracking(`${tracking().trim()},a,field,more`)).toMatchObject({ isSynced: true });
    for (const odd of ["", "506 Cannot talk to daemon", "a,b,c", tracking("", "")])
      expect(readTracking(odd)).toBeNull();
  });

  it("reads the kernel's word from timedatectl", () => {
    expect(readTimedatectl("Timezone=UTC\nNTP=yes\nNTPSynchronized=yes\n")).toBe(true);
    expect(readTimedatectl("NTP=no\nNTPSynchronized=no\n")).toBe(false);
    for (const odd of ["", "Failed to connect to bus", "XNTPSynchronized=yes"]) expect(readTimedatectl(odd)).toBeNull();
  });

  it("never calls good what nobody said", () => {
    const unknown = { state: "unknown", source: null, offsetMs: null };
    expect(judgeTime(nothing, nowMs)).toEqual(unknown);
    expect(judgeTime({ chrony: "506", timedatectl: "?", timesyncdAtMs: null }, nowMs)).toEqual(unknown);
    expect(judgeTime({ ...nothing, timesyncdAtMs: nowMs - 4 * hourMs }, nowMs)).toEqual(unknown);
    expect(judgeTime({ ...nothing, timesyncdAtMs: nowMs + 4 * hourMs }, nowMs)).toEqual(unknown);
    expect(judgeTime({ ...nothing, timesyncdAtMs: nowMs - hourMs }, nowMs).state).toBe("synchronised");
  });

  it("asks the next where one says nothing, and believes a no", () => {
    const seen = { chrony: "506", timedatectl: "NTPSynchronized=no", timesyncdAtMs: nowMs };
    expect(judgeTime(seen, nowMs)).toEqual({ state: "not-synchronised", source: "timedatectl", offsetMs: null });
    expect(judgeTime({ ...seen, chrony: tracking() }, nowMs)).toMatchObject({
      state: "synchronised",
      source: "chrony",
    });
  });

  it("says something of any text, and good only by a word for it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (chrony, timedatectl) => {
        const { state, source } = judgeTime({ chrony, timedatectl, timesyncdAtMs: null }, nowMs);
        if (state === "synchronised") expect(source).not.toBeNull();
        else expect(["not-synchronised", "unknown"]).toContain(state);
      }),
    );
  });
});
