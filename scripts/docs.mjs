// Writes the parts of documents that are generated from the code (written-docs.ts); tests/docs checks that they are current.
import { mkdirSync, writeFileSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { writtenDocs } = await import("./written-docs.ts");
mkdirSync("docs", { recursive: true });
for (const [file, text] of Object.entries(writtenDocs())) writeFileSync(file, text);
