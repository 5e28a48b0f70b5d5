/** Where motion takes STOPs from beside the gateway: a socket in its folder that only the gateway's own user can reach. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** sockaddr_un's path with its final zero: 104 bytes on macOS and BSD, 108 on Linux (unix(7), "Pathname sockets"). */
const pathBytesMax = 103;

/** A name that fits: a folder that lies too deep has its socket in the folder for temporary files. */
export function stopSocketOf(folder: string, platform: NodeJS.Platform = process.platform, temporary = tmpdir()) {
  const name = nameOf(folder);
  if (platform === "win32") return `\\\\.\\pipe\\guiwei-stop-${name}`;
  const inside = join(resolve(folder), "stop.sock");
  return Buffer.byteLength(inside) <= pathBytesMax ? inside : join(temporaryFolderOf(folder, temporary), "stop.sock");
}

/** For what does not fit, or cannot be written, into motion's own folder. */
export const temporaryFolderOf = (folder: string, temporary = tmpdir()) => join(temporary, `guiwei-${nameOf(folder)}`);

const nameOf = (folder: string) => createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16);

/** Its folder; one in a place where others may write is refused unless it is ours alone. */
export function makeSocketFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (dirname(folder) !== tmpdir() || process.getuid === undefined) return;
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid() || (mode & 0o077) !== 0 || !lstatSync(folder).isDirectory())
    throw new Error(`${folder} is not ours alone`);
}
