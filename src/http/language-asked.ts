/** The first of zh and en that the browser prefers; zh when it says nothing. */
export function languageAsked(header: string | undefined): "zh" | "en" {
  const ranked = (header ?? "")
    .slice(0, 200)
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().toLowerCase().split(";");
      const q = Number(/^\s*q=([\d.]+)$/.exec(rest[0] ?? "")?.[1] ?? 1);
      return { tag, q: Number.isFinite(q) ? q : 0 };
    })
    .filter(({ tag }) => /^(zh|en)(-|$)/.test(tag))
    .sort((a, b) => b.q - a.q);
  return ranked[0]?.tag.startsWith("en") ? "en" : "zh";
}
