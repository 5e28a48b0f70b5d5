// Written by `node scripts/migrations.mjs NAME --typescript`: one line for each file of this folder, by the migration's name.
import type { TypescriptStep } from "./step.ts";

export const allSteps: Readonly<Record<string, TypescriptStep>> = {};
