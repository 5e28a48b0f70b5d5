import { Duplex } from "node:stream";
import type { Engine, WireLink } from "./engine.ts";

/** The socket that postgres.js uses: written bytes are frontend messages, read bytes are the backend's. */
export class WireSocket extends Duplex {
  readonly #link: WireLink;

  constructor(engine: Engine) {
    super();
    this.#link = engine.link({
      onBytes: (bytes) => this.push(bytes),
      onEnd: (error) => this.destroy(error),
    });
  }

  /** postgres.js reads this before it closes. */
  get readyState(): "open" | "closed" {
    return this.destroyed ? "closed" : "open";
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#link.send(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#link.close();
    done(error);
  }
}
