/**
 * Valid topics and filters, and which filter covers which topic. Pure, without payload schemas: the broker's process loads it.
 */

/** Whether `filter` allows everything that `requested` (a topic or a filter) can match. */
export function covers(filter: string, requested: string): boolean {
  if (filter === requested) return true;
  const wanted = filter.split("/");
  const levels = requested.split("/");
  if (wanted.length !== levels.length) return false;
  return wanted.every((level, i) => level === levels[i] || (level === "+" && levels[i] !== "#"));
}

/** A filter that MQTT 3.1.1 §4.7.1 allows: wildcards stand alone between slashes, `#` only at the end. */
export function isFilter(text: string): boolean {
  if (text.length === 0 || text.length > 512 || !isText(text)) return false;
  const levels = text.split("/");
  return levels.every((level, i) => {
    if (level === "+") return true;
    if (level === "#") return i === levels.length - 1;
    return !level.includes("+") && !level.includes("#");
  });
}

/** A topic that a PUBLISH may carry (MQTT 3.1.1 §4.7.1, §1.5.3): no wildcard, NUL, broken UTF-8 or topic of the broker itself. */
export function isTopic(text: string): boolean {
  return isFilter(text) && !text.includes("+") && !text.includes("#") && !text.startsWith("$");
}

/** Undecodable bytes become U+FFFD. */
function isText(text: string): boolean {
  return !text.includes("\u0000") && !text.includes("\ufffd");
}
