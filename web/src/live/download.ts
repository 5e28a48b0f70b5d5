/** Downloads a file: fetched, so that a refusal can be shown and a cancel reaches the gateway, then handed to the browser. */
import { openFile } from "./call.ts";

/** The file may first wait for its turn; the gateway has limits of its own. */
const downloadMaxMs = 30 * 60_000;
/** Some browsers begin to save a while after the press. */
const urlKeptMs = 60_000;

export async function download(path: string, signal: AbortSignal): Promise<void> {
  const { blob, filename } = await openFile(path, { signal, timeoutMs: downloadMaxMs });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), urlKeptMs);
}
