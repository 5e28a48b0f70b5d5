/** How a console says when somebody pressed, however long the network kept the request (S15). */

/** In answers to whoever is signed in: the gateway's own count of milliseconds, CLOCK_MONOTONIC. */
export const nowHeader = "guiwei-now";
/** In requests: that count at the press, as the console reckons it from the answers it has had. */
export const pressedHeader = "guiwei-pressed";
