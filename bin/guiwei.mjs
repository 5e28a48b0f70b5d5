#!/usr/bin/env node
// TypeScript is run as it is written: tsx strips the types, nothing is built before a start.
import { register } from "tsx/esm/api";

register();
await import("../src/cli.ts");
