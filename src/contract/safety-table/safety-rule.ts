/** What a row of the table of safety rules says; `safety-rules.ts` beside this folder joins the rows. */
export interface InBoth {
  zh: string;
  en: string;
}

export interface SafetyRule {
  /** A few words, as the console and the site check show them after the id. */
  name: InBoth;
  demand: InBoth;
  /** What the controller's protocol must carry so that controller and gateway can keep it together; null: nothing. */
  wire: OnWire | null;
  /** Files that keep it, each of which cites it; what is under `simulators/` shows what the shelving's own controller must do. */
  keptBy: readonly string[];
  /** Tests that fail without it: file, and how the name of the test or of its group begins. */
  tests: readonly (readonly [file: string, name: string])[];
  /** A standard where two public texts were found that say so, or one, and then it is said; the reason otherwise. */
  source: InBoth;
}

export interface OnWire {
  carries: InBoth;
  /** Where a protocol does not: what the gateway does instead, or that the shelving's own parts are alone with it. */
  without: InBoth & { by: "gateway" | "shelving" };
}
