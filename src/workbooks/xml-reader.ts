/**
 * Parses XML piece by piece, as much of it as a workbook needs, holding no more than a tag. A document type is refused, as
 * ECMA-376-2 (Open Packaging Conventions) does: definitions in it are how small files grow large.
 */
export interface XmlEvents {
  /** Names come without their prefix. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** A long text may come in several pieces. */
  text(text: string): void;
}

/** A tag is short; markup without an end is a fault. */
const markupCharsMax = 256 * 1024;
/** The longest reference, "&#x10FFFF;". */
const referenceCharsMax = 12;

export class XmlFault extends Error {}

export function xmlReader(events: XmlEvents): { push(text: string): void; end(): void } {
  let pending = "";

  function push(text: string): void {
    const input = pending + text;
    let at = 0;
    for (;;) {
      const open = input.indexOf("<", at);
      if (open < 0) break;
      if (open > at) events.text(decoded(input.slice(at, open)));
      const next = markup(input, open);
      if (next < 0) {
        pending = input.slice(open);
        if (pending.length > markupCharsMax) throw new XmlFault("a tag without an end");
        return;
      }
      at = next;
    }
    // A reference may be cut in two.
    const tail = input.indexOf("&", Math.max(at, input.length - referenceCharsMax));
    const until = tail < 0 ? input.length : tail;
    if (until > at) events.text(decoded(input.slice(at, until)));
    pending = input.slice(until);
  }

  /** Where the markup that begins at `open` ends; -1 when its end is not there yet. */
  function markup(input: string, open: number): number {
    if (input.startsWith("<!--", open)) return after(input, "-->", open + 4);
    if (input.startsWith("<![CDATA[", open)) {
      const next = after(input, "]]>", open + 9);
      if (next > 0) events.text(input.slice(open + 9, next - 3));
      return next;
    }
    if (input.startsWith("<?", open)) return after(input, "?>", open + 2);
    // The beginning of one of the above may be cut in two.
    if ("<![CDATA[".startsWith(input.slice(open)) || "<!--".startsWith(input.slice(open))) return -1;
    if (input[open + 1] === "!") throw new XmlFault("a document type");
    const close = tagEnd(input, open + 1);
    if (close < 0) return -1;
    tag(input.slice(open + 1, close));
    return close + 1;
  }

  function tag(content: string): void {
    if (content.startsWith("/")) {
      events.close(local(content.slice(1).trim()));
      return;
    }
    const isEmpty = content.endsWith("/");
    const inside = isEmpty ? content.slice(0, -1) : content;
    const space = inside.search(/\s/);
    const name = local(space < 0 ? inside : inside.slice(0, space));
    events.open(name, space < 0 ? "" : inside.slice(space));
    if (isEmpty) events.close(name);
  }

  return {
    push,
    end() {
      if (pending.trim() !== "") throw new XmlFault("it ends in the middle of a tag");
    },
  };
}

const patterns = new Map<string, RegExp>();

/** The value of an attribute, by its name with or without a prefix; undefined when it is missing. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : decoded(value);
}

function after(input: string, end: string, from: number): number {
  const at = input.indexOf(end, from);
  return at < 0 ? -1 : at + end.length;
}

/** The ">" of a tag; one inside quotes belongs to a value. */
function tagEnd(input: string, from: number): number {
  let quote = "";
  for (let at = from; at < input.length; at++) {
    const one = input[at] as string;
    if (quote !== "") {
      if (one === quote) quote = "";
    } else if (one === '"' || one === "'") quote = one;
    else if (one === ">") return at;
  }
  return -1;
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (all, name: string) => {
    if (!name.startsWith("#")) return references[name] ?? all;
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
