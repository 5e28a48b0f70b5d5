import { createServer, type Server, type Socket } from "node:net";
import ModbusSerial from "modbus-serial";
import { afterEach, describe, expect, test } from "vitest";
import { answerAdu, createPlainBank, createRequestParser, type ModbusMode } from "./index.ts";

const Client = ModbusSerial.default;
const open: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** The server core behind a real socket, unit 17. */
async function serve(mode: ModbusMode): Promise<number> {
  const bank = createPlainBank({
    coils: new Array<boolean>(64).fill(false),
    discrete: [true, false, true],
    holding: new Array<number>(64).fill(0),
    input: Array.from({ length: 200 }, (_, i) => 1000 + i),
  });
  const sockets = new Set<Socket>();
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
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

async function connect(mode: ModbusMode, port: number) {
  const client = new Client();
  client.setTimeout(1000);
  if (mode === "tcp") await client.connectTCP("127.0.0.1", { port });
  else await client.connectTelnet("127.0.0.1", { port });
  client.setID(17);
  return client;
}

describe.each<ModbusMode>(["tcp", "rtu-over-tcp"])("modbus-serial's client over %s", (mode) => {
  test("reads and writes with every function", async () => {
    const client = await connect(mode, await serve(mode));
    await client.writeCoil(3, true);
    await client.writeCoils(10, [true, false, true]);
    expect((await client.readCoils(0, 16)).data.slice(0, 16).map(Number).join("")).toBe("0001000000101000");
    expect((await client.readDiscreteInputs(0, 3)).data.slice(0, 3)).toEqual([true, false, true]);
    await client.writeRegister(1, 0xbeef);
    await client.writeRegisters(2, [1, 2, 65_535]);
    expect((await client.readHoldingRegisters(0, 6)).data).toEqual([0, 0xbeef, 1, 2, 65_535, 0]);
    expect((await client.readInputRegisters(0, 125)).data).toHaveLength(125);
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });

  test("hears our exceptions", async () => {
    const client = await connect(mode, await serve(mode));
    await expect(client.readHoldingRegisters(60, 10)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.readHoldingRegisters(0, 126)).rejects.toMatchObject({ modbusCode: 3 });
    expect((await client.readInputRegisters(5, 1)).data).toEqual([1005]);
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });
});
