/** The shape of a row of the safety-rule table; `safety-rules.ts` beside this folder joins the rows. */
export interface InBoth {
  zh: string;
  en: string;
}

export interface SafetyRule {
  /** A short name, which the console and the site check show after the id. */
  name: InBoth;
  demand: InBoth;
  /** What the controller's protocol must carry so that controller and gateway can keep the rule together; null: nothing. */
  wire: OnWire | null;
  /**
   * Files that keep the rule, each of which cites it; files under `simulators/` show what the shelving's own controller must do.
   */
  keptBy: readonly string[];
  /** Tests that fail without the rule: the file, and how the name of the test or of its group begins. */
  tests: readonly (readonly [file: string, name: string])[];
  /** The standard, if two public texts state the rule; if only one was found, that is said; otherwise the reason for it. */
  source: InBoth;
}

export interface OnWire {
  carries: InBoth;
  /** Where a protocol cannot carry it: what the gateway does instead, or that only the shelving's own parts keep the rule. */
  without: InBoth & { by: "gateway" | "shelving" };
}
