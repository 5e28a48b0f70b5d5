import fc from "fast-check";
import { expect, it } from "vitest";
import {
  BadFrame,
  batchFrame,
  frameBytesMax,
  frameKinds,
  frameReader,
  publishFrame,
  readBatch,
  readPublish,
  readTook,
  tookFrame,
} from "./listener-frames.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const message = fc.record({
  subscription: fc.nat(),
  isRetained: fc.boolean(),
  atMonoMs: fc.double({ noNaN: true }),
  payload: bytes,
});

it("gives every message back, in order, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(message, { maxLength: 8 }), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }),
      (batches, cuts) => {
        const stream = Buffer.concat(batches.map((batch) => batchFrame(frameKinds.reads, batch)));
        const heard: unknown[] = [];
        const read = frameReader((kind, body) => {
          expect(kind).toBe(frameKinds.reads);
          readBatch(body, (one) => heard.push({ ...one, payload: Buffer.from(one.payload) }));
        });
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = cuts[i % cuts.length] as number;
          read(stream.subarray(at, at + length));
          at += length;
        }
        expect(heard).toEqual(batches.flat());
      },
    ),
  );
});

it("gives back what is to be published, and what was taken", () => {
  fc.assert(
    fc.property(
      fc.record({
        id: fc.nat(),
        qos: fc.constantFrom(0 as const, 1 as const),
        retain: fc.boolean(),
        untilMonoMs: fc.double({ noNaN: true }),
        topic: fc.string({ maxLength: 200 }),
        payload: bytes,
      }),
      fc.nat(),
      (publishing, took) => {
        const heard: unknown[] = [];
        const read = frameReader((kind, body) => {
          heard.push(kind === frameKinds.publish ? readPublish(body) : readTook(body));
        });
        read(Buffer.concat([publishFrame(publishing), tookFrame(took, 7)]));
        const topic = Buffer.from(publishing.topic).toString();
        expect(heard).toEqual([
          { ...publishing, topic, payload: Buffer.from(publishing.payload) },
          { firstBytes: took, readsBytes: 7 },
        ]);
      },
    ),
  );
});

it("refuses what neither side sends, instead of waiting for it or reading past its end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
      const read = frameReader((kind, body) => {
        if (kind === frameKinds.publish) readPublish(body);
        else readBatch(body, () => {});
      });
      try {
        read(Buffer.from(junk));
      } catch (error) {
        expect(error).toBeInstanceOf(BadFrame);
      }
    }),
    { numRuns: 500 },
  );
  const announced = Buffer.alloc(5);
  announced.writeUInt32LE(frameBytesMax + 1, 0);
  expect(() => frameReader(() => {})(announced)).toThrow(BadFrame);
});
