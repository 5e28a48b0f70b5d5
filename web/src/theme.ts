/** The console's look in one place: paper and steel, amber for a lit guide light, red for STOP alone. */
import type { ThemeConfig } from "antd";

export const palette = {
  paper: "#f4f1e9",
  sheet: "#fffdf8",
  shade: "#ebe6da",
  line: "#dcd5c6",
  ink: "#1f272d",
  inkSoft: "#545e66",
  steel: "#2f566e",
  steelSoft: "#e3ebef",
  steelDeep: "#1f333f",
  steelPale: "#b9c8d0",
  lamp: "#f2a51a",
  lampSoft: "#fdf0cf",
  lampInk: "#6f4700",
  ok: "#28664a",
  okSoft: "#e2eee5",
  warn: "#80530a",
  warnSoft: "#fbeed2",
  bad: "#9f241d",
  badSoft: "#f9e4e0",
  stop: "#b91c17",
  stopDeep: "#8d1411",
} as const;

const fontFamily =
  '"PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif';
export const codeFamily = 'ui-monospace, "SF Mono", Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace';

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.steel,
    colorInfo: palette.steel,
    colorLink: palette.steel,
    colorSuccess: palette.ok,
    colorWarning: palette.warn,
    colorError: palette.bad,
    // antd mixes these from the dark inks above, which makes them muddy.
    colorSuccessBg: palette.okSoft,
    colorSuccessBorder: "#b5d2be",
    colorInfoBg: palette.steelSoft,
    colorInfoBorder: palette.steelPale,
    colorWarningBg: palette.warnSoft,
    colorWarningBorder: "#e3c88d",
    colorErrorBg: palette.badSoft,
    colorErrorBorder: "#e5b3ac",
    colorTextBase: palette.ink,
    colorTextSecondary: palette.inkSoft,
    colorTextTertiary: palette.inkSoft,
    colorTextDescription: palette.inkSoft,
    colorTextDisabled: "#6f757a",
    colorTextPlaceholder: "#6b747b",
    colorBgLayout: palette.paper,
    colorBgContainer: palette.sheet,
    colorBgElevated: palette.sheet,
    colorBorder: "#c9c1b0",
    colorBorderSecondary: palette.line,
    borderRadius: 6,
    controlHeight: 36,
    fontFamily,
    fontFamilyCode: codeFamily,
  },
  components: {
    Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
    Table: { headerBg: palette.shade, headerSplitColor: "transparent", cellPaddingBlockMD: 9, cellPaddingInlineMD: 12 },
    Drawer: { paddingLG: 20 },
    Tabs: { horizontalMargin: "0 0 12px 0" },
  },
};

/** The same values for console.css: --paper, --ink-soft, … */
export function dressPage(root: HTMLElement): void {
  for (const [name, colour] of Object.entries(palette)) {
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, colour);
  }
  root.style.setProperty("--family", fontFamily);
  root.style.setProperty("--code-family", codeFamily);
}
