import type { Twin } from "../../simulators/twin.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";

/** The gateway's end of a twin's bus. */
export function linkTo(twin: Twin, busId: string): ByteLink {
  let toGateway: (bytes: Uint8Array) => void = () => {};
  let toTwin: (bytes: Uint8Array) => void = () => {};
  let detach: (() => void) | null = null;
  return {
    name: busId,
    get isOpen() {
      return detach !== null;
    },
    async open() {
      detach = twin.attach(busId, {
        write: (bytes) => toGateway(bytes),
        onBytes: (fn) => {
          toTwin = fn;
        },
      });
    },
    async close() {
      detach?.();
      detach = null;
    },
    async write(bytes) {
      toTwin(bytes);
    },
    onBytes: (listener) => {
      toGateway = listener;
    },
    onDown() {},
  };
}
