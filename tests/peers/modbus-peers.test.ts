/** Judges that we did not write: mbpoll (libmodbus) talks to our server core, tshark reads our bytes. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import {
  answerAdu,
  createPlainBank,
  createRequestParser,
  encodeAdu,
  encodeRequest,
  encodeResponsePdu,
  type ModbusMode,
  type ModbusRequest,
  type ModbusResponse,
} from "../../firmware-protocols/modbus/index.ts";
import {
  refusalReasonNames,
  type verbs,
  type WireCommand,
  type WireLight,
  type WireStatus,
} from "../../firmware-protocols/register-maps/index.ts";
import {
  type LightTarget,
  refusalReasons,
  type ShelfCommand,
  type ShelfStatus,
  type ShelfVerb,
} from "../../src/contract/shelf.ts";

const run = promisify(execFile);
const isRequired = process.env.GUIWEI_REQUIRE_PEERS === "1";

/** Runs with the tools there; skips naming the missing one, or fails where peers are required. */
function needing(...tools: string[]) {
  const missing = tools.filter((tool) => spawnSync("which", [tool]).status !== 0);
  const reason = missing.length > 0 ? ` (skipped: ${missing.join(", ")} not installed)` : "";
  return { isMissing: missing.length > 0 && !isRequired, reason };
}

const work = mkdtempSync(join(tmpdir(), "guiwei-modbus-peers-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const mbpoll = needing("mbpoll");
describe.skipIf(mbpoll.isMissing)(`mbpoll${mbpoll.reason}`, () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const children: ChildProcess[] = [];

  async function serve(mode: ModbusMode): Promise<number> {
    const bank = createPlainBank({
      coils: new Array<boolean>(32).fill(false),
      discrete: [true, false, true],
      holding: new Array<number>(32).fill(7),
      input: [100, 101, 102, 65_535],
    });
    const server = createServer((socket) => {
      sockets.add(socket);
      const parser = createRequestParser(mode);
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => {
        for (const piece of parser.push(chunk, performance.now())) {
          const reply = piece.kind === "frame" ? answerAdu(mode, 17, piece.frame, bank) : null;
          if (reply) socket.write(reply);
        }
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  }

  /** A pty whose other end is our RTU server. */
  async function serialLine(): Promise<string> {
    const link = join(work, "line");
    const port = await serve("rtu-over-tcp");
    children.push(spawn("socat", [`pty,raw,echo=0,link=${link}`, `tcp:127.0.0.1:${port}`], { stdio: "ignore" }));
    for (let i = 0; i < 100; i++) {
      try {
        readlinkSync(link);
        return link;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    throw new Error("socat made no pty");
  }

  afterAll(async () => {
    for (const child of children) child.kill();
    for (const socket of sockets) socket.destroy();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  });

  const poll = async (line: string[], type: string, ...rest: string[]) => {
    const at = rest.indexOf("--");
    const values = at < 0 ? [] : rest.slice(at + 1);
    const options = at < 0 ? rest : rest.slice(0, at);
    const target = line.at(-1) as string;
    const common = ["-a", "17", "-0", "-1", "-q", "-t", type];
    const { stdout } = await run("mbpoll", [...line.slice(0, -1), ...common, ...options, target, ...values], {
      timeout: 10_000,
    });
    return [...stdout.matchAll(/^\[(\d+)\]:\s+(\d+)/gm)].map(([, , value]) => Number(value));
  };

  const serial = needing("socat");
  test.skipIf(serial.isMissing).each([
    ["TCP", async () => ["-m", "tcp", "-p", String(await serve("tcp")), "127.0.0.1"]],
    ["RTU on a pty", async () => ["-m", "rtu", "-b", "19200", "-P", "none", await serialLine()]],
  ] as const)(`reads and writes our server over %s${serial.reason}`, async (_name, lineOf) => {
    const line = [...(await lineOf())];
    expect(await poll(line, "3", "-r", "0", "-c", "3")).toEqual([100, 101, 102]);
    expect(await poll(line, "1", "-r", "0", "-c", "3")).toEqual([1, 0, 1]);
    await poll(line, "4", "-r", "2", "--", "513");
    await poll(line, "4", "-r", "3", "--", "1", "2", "3");
    expect(await poll(line, "4", "-r", "1", "-c", "6")).toEqual([7, 513, 1, 2, 3, 7]);
    await poll(line, "0", "-r", "4", "--", "1");
    await poll(line, "0", "-r", "8", "--", "1", "0", "1");
    expect(await poll(line, "0", "-r", "4", "-c", "8")).toEqual([1, 0, 0, 0, 1, 0, 1, 0]);
    await expect(poll(line, "3", "-r", "3", "-c", "2")).rejects.toThrow(/Illegal data address/);
  });
});

interface Dissected {
  [field: string]: string[] | undefined;
}
const fields = [
  "modbus.func_code",
  "modbus.reference_num",
  "modbus.word_cnt",
  "modbus.bit_cnt",
  "modbus.regval_uint16",
  "modbus.bitval",
  "modbus.exception_code",
  "mbtcp.trans_id",
  "mbtcp.len",
  "mbtcp.unit_id",
  "mbrtu.unit_id",
  "mbrtu.crc16.status",
  "_ws.expert.message",
  "_ws.malformed",
];

/** The port tells the dissector which side asks. */
const rtuPreferences = ["-o", "mbrtu.crc_verification:TRUE", "-o", "mbrtu.tcp.port:5020"];

/** What tshark makes of a conversation, frame by frame. */
async function dissect(name: string, mode: ModbusMode, pieces: readonly { fromClient: boolean; bytes: Uint8Array }[]) {
  const text = pieces
    .map(
      ({ fromClient, bytes }) =>
        `${fromClient ? "I" : "O"}\n000000 ${Buffer.from(bytes).toString("hex").replace(/../g, "$& ")}\n`,
    )
    .join("\n");
  const port = mode === "tcp" ? 502 : 5020;
  const textFile = join(work, `${name}.txt`);
  const capture = join(work, `${name}.pcap`);
  writeFileSync(textFile, `${text}\n`);
  await run("text2pcap", ["-q", "-D", "-T", `1025,${port}`, textFile, capture]);
  const decodeAs = `tcp.port==${port},${mode === "tcp" ? "mbtcp" : "mbrtu"}`;
  const options = ["-r", capture, "-d", decodeAs, ...(mode === "tcp" ? [] : rtuPreferences), "-T", "json"];
  const { stdout } = await run("tshark", [...options, ...fields.flatMap((field) => ["-e", field])], {
    timeout: 60_000,
  });
  return (JSON.parse(stdout) as { _source: { layers: Dissected } }[]).map(({ _source }) => _source.layers);
}

const exchanges: [ModbusRequest, ModbusResponse][] = [
  [
    { fn: 1, address: 2148, quantity: 2 },
    { fn: 1, bits: [false, true] },
  ],
  [
    { fn: 2, address: 5, quantity: 3 },
    { fn: 2, bits: [true, true, false] },
  ],
  [
    { fn: 3, address: 11, quantity: 2 },
    { fn: 3, registers: [893, 500] },
  ],
  [
    { fn: 4, address: 0, quantity: 3 },
    { fn: 4, registers: [0x4152, 1, 6] },
  ],
  [
    { fn: 5, address: 0, value: true },
    { fn: 5, address: 0, value: true },
  ],
  [
    { fn: 6, address: 10, value: 3 },
    { fn: 6, address: 10, value: 3 },
  ],
  [
    { fn: 15, address: 2200, values: [false, false, false, false, false, true] },
    { fn: 15, address: 2200, quantity: 6 },
  ],
  [
    { fn: 16, address: 0, values: [258, 1, 3, 0, 10, 7, 2000, 1] },
    { fn: 16, address: 0, quantity: 8 },
  ],
];

const tshark = needing("tshark", "text2pcap");
describe.skipIf(tshark.isMissing)(`tshark${tshark.reason}`, () => {
  test.each<ModbusMode>(["tcp", "rtu"])("reads every function in our %s bytes", async (mode) => {
    const pieces = exchanges.flatMap(([request, response], i) => [
      { fromClient: true, bytes: encodeRequest(mode, 17, request, 300 + i) },
      { fromClient: false, bytes: encodeAdu(mode, 17, encodeResponsePdu(response), 300 + i) },
    ]);
    const seen = await dissect(`all-${mode}`, mode, pieces);
    expect(seen).toHaveLength(pieces.length);
    exchanges.forEach(([request, response], i) => {
      const [asked, answered] = [seen[2 * i] as Dissected, seen[2 * i + 1] as Dissected];
      for (const [side, layers] of [
        ["request", asked],
        ["response", answered],
      ] as const) {
        const what = `${side} of function ${request.fn}`;
        expect(layers["modbus.func_code"], what).toEqual([String(request.fn)]);
        expect(layers["_ws.expert.message"], what).toBeUndefined();
        expect(layers["_ws.malformed"], what).toBeUndefined();
        if (mode === "tcp") expect(layers["mbtcp.trans_id"], what).toEqual([String(300 + i)]);
        else expect(layers["mbrtu.crc16.status"], what).toEqual(["1"]);
        expect(layers[mode === "tcp" ? "mbtcp.unit_id" : "mbrtu.unit_id"], what).toEqual(["17"]);
      }
      expect(asked["modbus.reference_num"]).toEqual([String(request.address)]);
      if ("quantity" in request) {
        const count = asked["modbus.bit_cnt"] ?? asked["modbus.word_cnt"];
        expect(count).toEqual([String(request.quantity)]);
      }
      if ("registers" in response) expect(answered["modbus.regval_uint16"]).toEqual(response.registers.map(String));
      if (request.fn === 16) expect(asked["modbus.regval_uint16"]).toEqual(request.values.map(String));
    });
  });

  test("sees a damaged checksum, so it would have seen ours", async () => {
    const bytes = encodeRequest("rtu", 17, { fn: 3, address: 0, quantity: 2 }, 0);
    bytes[7] = (bytes[7] as number) ^ 1;
    const [layers] = await dissect("damaged", "rtu", [{ fromClient: true, bytes }]);
    expect(layers?.["mbrtu.crc16.status"]).not.toEqual(["1"]);
    expect(layers?.["_ws.expert.message"]?.[0]).toMatch(/Incorrect CRC/);
  });
});

test("the words on the wire are the contract's words", () => {
  // Compiles only while both sides carry the same fields.
  const both = {
    // The number of the message is the line's, not the map's.
    status: (status: WireStatus): Omit<ShelfStatus, "seq"> => status,
    statusBack: (status: ShelfStatus): WireStatus => status,
    command: (command: ShelfCommand): WireCommand => command,
    light: (light: LightTarget): WireLight => light,
    verb: (verb: ShelfVerb): (typeof verbs)[number] => verb,
  };
  expect(Object.keys(both)).toHaveLength(5);
  expect(refusalReasonNames.map((name, i) => [i + 1, name])).toEqual(
    Object.entries(refusalReasons).map(([number, name]) => [Number(number), name]),
  );
});
