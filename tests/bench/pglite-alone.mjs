// The embedded engine and nothing else, on a folder that a gateway made: what a gateway on it is compared with.
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

const pg = await PGlite.create({ fs: new NodeFS(process.argv[2]) });
await pg.query("SELECT count(*) FROM boxes");
process.send?.("ready");
process.on("disconnect", () => process.exit(0));
