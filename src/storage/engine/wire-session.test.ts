import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wireSession } from "./wire-session.ts";

/** Builds a message: type, length, body (PostgreSQL manual 54.1). */
function wire(type: string, body: Buffer | string = ""): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

function startup(code: number, body = ""): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}
const protocol3 = startup(196608, "user\0postgres\0application_name\0gui'wei\0\0");

/** A backend that answers like PGlite 0.5: it sends ReadyForQuery also after a failed extended message. */
function session() {
  const executed: string[] = [];
  const replies: Buffer[] = [];
  const statuses: string[] = [];
  let endCount = 0;
  const talk = wireSession({
    execute(message, onBytes) {
      const text = Buffer.from(message).toString("latin1");
      executed.push(message[0] === 0 ? "startup" : text.slice(0, 1) + text.slice(5).replaceAll("\0", " ").trim());
      if (message[0] === 0) return onBytes(wire("R", "\0\0\0\0"));
      if (text.includes("fail")) onBytes(wire("E", "SERROR\0C22012\0\0"));
      else if (text[0] === "E" || text[0] === "Q") onBytes(wire("C", "SELECT 1\0"));
      if (text[0] === "Q" || text[0] === "S" || text.includes("fail")) onBytes(wire("Z", "I"));
    },
    reply: (bytes) => replies.push(Buffer.from(bytes)),
    end: () => {
      endCount++;
    },
    onReady: (status) => statuses.push(status),
  });
  const letters = () => {
    const all = Buffer.concat(replies);
    let seen = "";
    for (let at = 0; at < all.length; at += 1 + all.readUInt32BE(at + 1))
      seen += String.fromCharCode(all[at] as number);
    return seen;
  };
  return { feed: talk.feed, executed, letters, statuses, endCount: () => endCount };
}

describe("wire session", () => {
  it("starts with what the client asks for, after forgetting the one before", () => {
    const s = session();
    s.feed(protocol3);
    expect(s.executed).toEqual(["QROLLBACK", "QDISCARD ALL", `QSET "application_name" = 'gui''wei'`, "startup"]);
    expect(s.letters()).toBe("RZ");
  });

  it("declines encryption, and ends on a cancel or on goodbye", () => {
    const replies: string[] = [];
    const s = wireSession({
      execute: () => {},
      reply: (bytes) => replies.push(bytes.toString()),
      end: () => replies.push("end"),
    });
    s.feed(startup(80877103));
    s.feed(startup(80877104));
    s.feed(startup(80877102, "12345678"));
    expect(replies).toEqual(["N", "N", "end"]);
    const t = session();
    t.feed(Buffer.concat([protocol3, wire("X"), wire("Q", "SELECT 1\0")]));
    expect(t.endCount()).toBe(1);
    expect(t.executed).not.toContain("QSELECT 1");
  });

  it("says ready once a sync, and skips what follows an error until then", () => {
    const s = session();
    s.feed(
      Buffer.concat([
        protocol3,
        wire("P", "\0fail\0\0\0"),
        wire("B", "x"),
        wire("E", "x"),
        wire("S"),
        wire("Q", "SELECT 1\0"),
      ]),
    );
    expect(s.letters()).toBe("RZ" + "EZ" + "CZ");
    expect(s.executed.slice(4)).toEqual(["Pfail", "S", "QSELECT 1"]);
    expect(s.statuses).toEqual(["I", "I", "I"]);
  });

  it("turns COPY FROM STDIN into an error of its own transaction, in either protocol, and nothing else", () => {
    const s = session();
    s.feed(
      Buffer.concat([
        protocol3,
        wire("Q", "copy t from stdin\0"),
        wire("P", "s1\0 COPY t (a) FROM STDIN\0\0\0"),
        wire("S"),
      ]),
    );
    s.feed(
      Buffer.concat([
        wire("Q", "COPY t TO STDOUT\0"),
        wire("Q", "SELECT 'copy t from stdin'\0"),
        wire("d", "data"),
        wire("c"),
      ]),
    );
    expect(s.executed.slice(4).map((text) => text.slice(0, 8))).toEqual([
      "QDO $$ B",
      "QDO $$ B",
      "S",
      "QCOPY t ",
      "QSELECT ",
    ]);
  });

  it("does the same however the bytes are cut", () => {
    const bytes = Buffer.concat([
      protocol3,
      wire("P", "\0fail\0"),
      wire("E", "x"),
      wire("S"),
      wire("E", "ok"),
      wire("H"),
      wire("S"),
      wire("Q", "SELECT 1\0"),
    ]);
    const whole = session();
    whole.feed(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const s = session();
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < at.length; i++) s.feed(bytes.subarray(at[i - 1], at[i]));
        expect(s.executed).toEqual(whole.executed);
        expect(s.letters()).toBe(whole.letters());
      }),
    );
  });

  it("ends on a length that no message has", () => {
    const s = session();
    s.feed(Buffer.concat([protocol3, Buffer.from([0x51, 0, 0, 0, 1])]));
    expect(s.endCount()).toBe(1);
  });
});
