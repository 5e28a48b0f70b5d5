/** Keys of the site file that had another name in the version before: still accepted, with a notice. */

interface Note {
  path: (string | number)[];
  zh: string;
  en: string;
}

/** `devices[].profile` is `protocol` now. An entry with both keeps `protocol`; anything but a list of objects is left alone. */
export function nowNamed(value: unknown): { value: unknown; notes: Note[] } {
  const notes: Note[] = [];
  const { devices } = (value ?? {}) as { devices?: unknown };
  if (!Array.isArray(devices)) return { value, notes };
  const renamed = devices.map((device: unknown, i) => {
    if (typeof device !== "object" || device === null || !("profile" in device) || "protocol" in device) return device;
    const { profile, ...rest } = device;
    notes.push({
      path: ["devices", i, "profile"],
      zh: "profile 已改名为 protocol，旧名只在本版本仍可使用",
      en: "profile is called protocol now; the old name is read in this version only",
    });
    return { ...rest, protocol: profile };
  });
  return notes.length === 0 ? { value, notes } : { value: { ...(value as object), devices: renamed }, notes };
}
