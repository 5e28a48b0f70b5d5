/**
 * Lists the machine's serial ports. On Linux they are read from sysfs, as pyserial's list_ports_linux does: serialport's own list
 * runs `udevadm`, which a container or a small machine may lack. Elsewhere serialport asks the system itself.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface PortListing {
  path: string;
  /** Stable name under /dev/serial/by-id; null when the port has none. */
  byId: string | null;
  maker: string | null;
}

export const byIdFolder = "/dev/serial/by-id";
/** Directory levels from a port's interface up to the USB device that names its maker. */
const usbLevelsMax = 4;

interface PortFolders {
  /** A folder with one subfolder a terminal, which links to its device if there is hardware. */
  ttys: string;
  devices: string;
  byId: string;
}

const linuxFolders: PortFolders = { ttys: "/sys/class/tty", devices: "/dev", byId: byIdFolder };

export function listSerialPorts(): Promise<PortListing[]> {
  return process.platform === "linux" ? Promise.resolve(listLinuxPorts(linuxFolders)) : listByDriver();
}

/** Ports with hardware; the unused ones of a PC's built-in ttyS0…31 are left out. */
export function listLinuxPorts({ ttys, devices, byId }: PortFolders): PortListing[] {
  const idByPath = new Map(namesIn(byId).map((id) => [basename(realPathOf(join(byId, id)) ?? ""), id]));
  return namesIn(ttys)
    .filter((name) => idByPath.has(name) || isBuiltIn(name) || usbOf(join(ttys, name)) !== null)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => {
      const usb = usbOf(join(ttys, name));
      return { path: join(devices, name), byId: idByPath.get(name) ?? null, maker: usb && textIn(usb, "manufacturer") };
    });

  function isBuiltIn(name: string): boolean {
    return /^tty(AMA|USB|ACM)\d+$/.test(name) && existsSync(join(ttys, name, "device"));
  }
}

/** The USB device above a terminal: the nearest folder that names its vendor. */
function usbOf(tty: string): string | null {
  let folder = realPathOf(join(tty, "device"));
  for (let level = 0; folder !== null && level < usbLevelsMax; level++) {
    if (existsSync(join(folder, "idVendor"))) return folder;
    folder = dirname(folder);
  }
  return null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No adapter is plugged in, or the system has no such folder.
    return [];
  }
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function textIn(folder: string, name: string): string | null {
  try {
    return readFileSync(join(folder, name), "utf8").trim() || null;
  } catch {
    return null;
  }
}

async function listByDriver(): Promise<PortListing[]> {
  const { SerialPort } = await import("serialport");
  return (await SerialPort.list()).map((port) => ({
    path: port.path,
    byId: null,
    maker: port.manufacturer ?? null,
  }));
}
