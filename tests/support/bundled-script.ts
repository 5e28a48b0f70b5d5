import { rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { makeBundle } from "../../bin/make-bundle.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles a test's own child program as the product is bundled: one that is started often would spend most of its time on
 * imports. The bundle is inside the project, where its packages are found.
 */
export async function bundledScript(script: string): Promise<{ path: string; remove(): void }> {
  const entry = relative(root, script);
  const folder = join(root, "dist", "tests", `${entry.replaceAll("/", "-")}-${process.pid}`);
  await makeBundle(folder, [entry]);
  return {
    path: join(folder, dirname(entry), `${entry.split("/").at(-1)?.replace(/\.ts$/, "")}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
