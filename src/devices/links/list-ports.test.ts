import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { listLinuxPorts } from "./list-ports.ts";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A machine with a USB adapter, a modem-class device, a Raspberry Pi's own port, an unused ttyS0 and a console. */
function machine() {
  const root = mkdtempSync(join(tmpdir(), "ports-"));
  made.push(root);
  const [ttys, devices, byId] = [join(root, "class/tty"), join(root, "dev"), join(root, "dev/serial/by-id")];
  for (const folder of [ttys, byId]) mkdirSync(folder, { recursive: true });
  const tty = (name: string, behind: string | null) => {
    mkdirSync(join(ttys, name));
    writeFileSync(join(devices, name), "");
    if (behind === null) return;
    mkdirSync(join(root, behind), { recursive: true });
    symlinkSync(join(root, behind), join(ttys, name, "device"));
  };
  tty("ttyUSB0", "devices/usb1/1-1/1-1:1.0/ttyUSB0");
  writeFileSync(join(root, "devices/usb1/1-1/idVendor"), "0403\n");
  writeFileSync(join(root, "devices/usb1/1-1/manufacturer"), "FTDI\n");
  symlinkSync("../../ttyUSB0", join(byId, "usb-FTDI_RS485-if00-port0"));
  tty("ttyACM10", "devices/usb1/1-2/1-2:1.0");
  writeFileSync(join(root, "devices/usb1/1-2/idVendor"), "2341\n");
  tty("ttyACM2", "devices/usb1/1-3/1-3:1.0");
  tty("ttyAMA0", "devices/platform/uart");
  tty("ttyS0", "devices/platform/serial8250");
  tty("console", null);
  return { ttys, devices, byId };
}

it("lists the ports that have an adapter behind them, with stable name and maker", () => {
  const folders = machine();
  expect(listLinuxPorts(folders)).toEqual([
    { path: join(folders.devices, "ttyACM2"), byId: null, maker: null },
    { path: join(folders.devices, "ttyACM10"), byId: null, maker: null },
    { path: join(folders.devices, "ttyAMA0"), byId: null, maker: null },
    { path: join(folders.devices, "ttyUSB0"), byId: "usb-FTDI_RS485-if00-port0", maker: "FTDI" },
  ]);
});

it("finds none where the machine keeps no such folders, as a container may", () => {
  const nowhere = join(tmpdir(), "not-here");
  expect(listLinuxPorts({ ttys: nowhere, devices: nowhere, byId: nowhere })).toEqual([]);
});
