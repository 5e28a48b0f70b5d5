/** Parses YAML so that every value can be traced to its line: a fault in a site file is reported with it. */
import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from "js-yaml";

type Path = readonly (string | number)[];

export interface YamlText {
  value: unknown;
  /** 1-based line where the value at a path begins, or the nearest value around it. */
  lineOf(path: Path): number;
}

export interface YamlFault {
  line: number;
  reason: string;
}

/** A value's place, with the places of its contents by key or index. */
interface Place {
  offset: number;
  inside: Map<string, Place>;
}

/** More references to one value than a person writes: such a file is an attack on its reader. */
const aliasesMax = 100;

/** The one document of a text; an empty text is null. */
export function readYaml(text: string): YamlText | YamlFault {
  try {
    const events = parseEvents(text, {});
    const documents = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: aliasesMax });
    if (documents.length > 1) return { line: 1, reason: "more than one document" };
    let root: Place | null = null;
    return {
      value: documents[0] ?? null,
      lineOf(path) {
        // Most files have no fault, so places are computed when the first one is asked for.
        root ??= placesOf(events, text);
        return lineAt(text, nearest(root, path).offset);
      },
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { line: (error.mark?.line ?? 0) + 1, reason: error.reason };
  }
}

function nearest(root: Place, path: Path): Place {
  let place = root;
  for (const part of path) {
    const next = place.inside.get(String(part));
    if (!next) break;
    place = next;
  }
  return place;
}

/** The events are in the order of the text; the parser has limited their depth. */
function placesOf(events: readonly Event[], text: string): Place {
  let at = 0;
  const isClosing = () => events[at] === undefined || events[at]?.type === EVENT_ID.POP;
  function read(offsetAround: number): Place {
    const event = events[at++];
    const place: Place = { offset: offsetOf(event) ?? offsetAround, inside: new Map() };
    if (event?.type === EVENT_ID.SEQUENCE) {
      for (let i = 0; !isClosing(); i++) place.inside.set(String(i), read(place.offset));
      at++;
    } else if (event?.type === EVENT_ID.MAPPING) {
      while (!isClosing()) {
        const key = events[at];
        const { offset } = read(place.offset);
        // No path leads through a collection that is a key.
        place.inside.set(key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : "", read(offset));
      }
      at++;
    }
    return place;
  }
  if (events[at]?.type === EVENT_ID.DOCUMENT) at++;
  return read(0);
}

/** An omitted value has no offset. */
function offsetOf(event: Event | undefined): number | null {
  if (event === undefined) return null;
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return event.type === EVENT_ID.SCALAR && event.valueStart >= 0 ? event.valueStart : null;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
