// The layers of ARCHITECTURE.md: which folder may import which. scripts/check.mjs also asserts how many modules were seen.
const features =
  "^src/(aisles|backups|calibration|catalogue|locate|lookup|placement|stocktake|relocation|retrieval|replay|watch|people|room)/";
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^(src|firmware-protocols|simulators|web|tests)/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: { pathNot: "\\.test\\." },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    only("clock-imports-nothing", "^src/clock/", "^src/clock/"),
    only("contract-imports-nothing", "^src/contract/", "^src/contract/"),
    only("protocols-import-nothing", "^firmware-protocols/", "^firmware-protocols/"),
    only("site-imports-contract", "^src/site/", "^src/(site|contract|clock)/"),
    only("shelving-is-pure", "^src/shelving/", "^src/((shelving|site|contract|clock)/|lead/lead-grant\\.ts$)"),
    only("sensing-is-pure", "^src/sensing/", "^src/(sensing|site|contract)/"),
    only("storage-below-features", "^src/storage/(?!migration-steps/)", "^src/(storage|jobs|contract|clock)/"),
    // A migration may make search texts anew, by the rule that makes them.
    only(
      "steps-know-search-texts",
      "^src/storage/migration-steps/",
      "^src/((storage|contract|clock)/|lookup/search-text\\.ts$)",
    ),
    only("jobs-below-storage", "^src/jobs/", "^src/(jobs|contract|clock)/"),
    only("workbooks-know-no-features", "^src/workbooks/", "^src/(workbooks|jobs|contract)/"),
    only("journal-below-features", "^src/journal/", "^src/(journal|storage|contract|clock|http|context\\.ts)"),
    only("devices-know-no-features", "^src/devices/", "^(src/(devices|site|contract|clock)|firmware-protocols)/"),
    only("http-words-below-features", "^src/http/", "^src/(http|contract|clock|context\\.ts)"),
    only(
      "features",
      features,
      "^src/((aisles|backups|calibration|catalogue|locate|lookup|placement|stocktake|relocation|retrieval|replay|watch|people|room|storage|journal|jobs|workbooks|site|contract|sensing|shelving|motion|clock|http)/|lead/lead-grant\\.ts$|context\\.ts)",
    ),
    only("motion-knows-no-database", "^src/motion/", "^src/(motion|lead|shelving|devices|site|contract|clock)/"),
    only("lead-below-motion", "^src/lead/", "^src/((lead|contract|clock)/|storage/lead-session\\.ts$)"),
    only(
      "stop-door-is-small",
      "^src/stop-door/(?!keep-door|caller-copy|spawn-door)",
      "^src/(stop-door/|http/|contract/|clock/|motion/(messages|stop-lines)\\.ts$|people/(credentials|secret)\\.ts$)",
    ),
    only(
      "stop-door-as-the-gateway-keeps-it",
      "^src/stop-door/(keep-door|caller-copy|spawn-door)",
      "^src/((stop-door|people|storage|http|contract|clock)/|spawn-first\\.ts$)",
    ),
    only("simulators-share-nothing", "^simulators/", "^(simulators/|firmware-protocols/|src/(site|contract|clock)/)"),
    only("web-knows-the-contract", "^web/", "^(web/|src/contract/)"),
    only(
      "server-below-pipeline",
      "^src/server/",
      "^src/((server|http|aisles|catalogue|lookup|placement|stocktake|relocation|watch|people|room|storage|journal|contract|clock|site)/|context\\.ts)",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|node_modules)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
