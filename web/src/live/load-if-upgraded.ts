/** After a restart the gateway may be another version: its files have other names, and a page of the old one finds none of its parts. */
const entryOf = (page: Document) =>
  page.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute("src");

/** Loads the page anew when the gateway serves another one than this. */
export async function loadIfUpgraded(): Promise<void> {
  try {
    const response = await fetch("/", { headers: { accept: "text/html" }, cache: "no-store" });
    if (!response.ok) return;
    const served = entryOf(new DOMParser().parseFromString(await response.text(), "text/html"));
    if (served && entryOf(document) && served !== entryOf(document)) location.reload();
  } catch {
    // Away again: the next time it comes back, it is asked again.
  }
}
