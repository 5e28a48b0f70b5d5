/** The socket by which motion receives STOPs from outside the gateway, in a folder that only the gateway's own user can reach. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** sockaddr_un's path with its final zero: 104 bytes on macOS and BSD, 108 on Linux (unix(7), "Pathname sockets"). */
const pathBytesMax = 103;

/** Path of the socket. If it would be too long in motion's folder, it lies in the folder for temporary files. */
export function stopSocketOf(folder: string, platform: NodeJS.Platform = process.platform, temporary = tmpdir()) {
  const name = nameOf(folder);
  if (platform === "win32") return `\\\\.\\pipe\\guiwei-stop-${name}`;
  const inside = join(resolve(folder), "stop.sock");
  return Buffer.byteLength(inside) <= pathBytesMax ? inside : join(temporaryFolderOf(folder, temporary), "stop.sock");
}

/** A private subfolder for sockets that do not fit or cannot be written in motion's own folder. */
export const temporaryFolderOf = (folder: string, temporary = tmpdir()) => join(temporary, `guiwei-${nameOf(folder)}`);

const nameOf = (folder: string) => createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16);

/** Creates its folder. One in a place where others may write is refused unless it belongs to this user alone. */
export function makeSocketFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (dirname(folder) !== tmpdir() || process.getuid === undefined) return;
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid() || (mode & 0o077) !== 0 || !lstatSync(folder).isDirectory())
    throw new Error(`${folder} is not ours alone`);
}
