import type { TestProject } from "vitest/node";
import { makeTemplates } from "./database-templates.ts";
import { postgresPrograms, startServer } from "./postgres-server.ts";

/** Everything a test file needs to open databases; see database.ts. */
export interface TestDatabasePlaces {
  snapshot: string;
  folder: string;
  /** Address of the server's administration database, or null when no server could be started. */
  postgresUrl: string | null;
  postgresMissing: string | null;
}

declare module "vitest" {
  interface ProvidedContext {
    databasePlaces: TestDatabasePlaces;
  }
}

/** Once for each run: templates (cached between runs) and one real PostgreSQL, stopped and removed at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = postgresPrograms();
  const missing = programs ? null : "no PostgreSQL programs in /usr/lib/postgresql/*/bin (or GUIWEI_POSTGRES_BIN)";
  if (missing && process.env.GUIWEI_REQUIRE_POSTGRES === "1")
    throw new Error(`GUIWEI_REQUIRE_POSTGRES=1 but ${missing}`);
  const { snapshot, folder, cluster } = await makeTemplates(programs);
  const server = programs && cluster ? await startServer(programs, cluster) : null;
  project.provide("databasePlaces", {
    snapshot,
    folder,
    postgresUrl: server?.url("postgres") ?? null,
    postgresMissing: missing,
  });
  return async () => {
    await server?.stop();
  };
}
