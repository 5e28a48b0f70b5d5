/**
 * Names the version of a page: after a restart the gateway may be another version whose files have other names, so an old page
 * would not find its parts.
 */
const entryOf = (page: Document) =>
  page.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute("src");

/** Reloads the page when the gateway serves another version than this. */
export async function loadIfUpgraded(): Promise<void> {
  try {
    const response = await fetch("/", { headers: { accept: "text/html" }, cache: "no-store" });
    if (!response.ok) return;
    const served = entryOf(new DOMParser().parseFromString(await response.text(), "text/html"));
    if (served && entryOf(document) && served !== entryOf(document)) location.reload();
  } catch {
    // The gateway is away again: the next reconnect checks.
  }
}
